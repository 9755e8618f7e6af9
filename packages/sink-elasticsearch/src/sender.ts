import { RecordError, wait } from '@sluice/template'
import { bulkBody } from './bulk-body.ts'
import { type Ask, bulkItems, failureText } from './elasticsearch.ts'
import type { Events } from './events.ts'
import type { Operation } from './operation.ts'
import { type ItemResult, outcomeOf, requestOutcomeOf } from './outcome.ts'
import type { Pace } from './pace.ts'
import type { Failed, Resources } from './resources.ts'

export interface SenderOptions {
  readonly ask: Ask
  readonly resources: Resources
  readonly pace: Pace
  readonly events: Events
  /** Query parameters of every bulk request. */
  readonly query: Readonly<Record<string, string>>
  /** How many failures of whole requests in a row end the sink; -1: none do. */
  readonly maxRetries: number
  readonly signal: AbortSignal
  /** The operation needs no more work. */
  readonly settle: (operation: Operation) => void
  /** Sets the operation's record aside; rejects where that must end the sink. */
  readonly refuse: (operation: Operation, error: RecordError) => Promise<void>
  /** Decides what a version conflict means and sets aside what it must. */
  readonly resolveConflicts: (conflicts: readonly Answered[]) => Promise<void>
}

/** An operation and what became of it. */
export interface Answered {
  readonly operation: Operation
  readonly item: ItemResult
}

type Attempt =
  | { readonly kind: 'answered'; readonly items: readonly ItemResult[] }
  | { readonly kind: 'failed'; readonly failed: Failed }

/**
 * Sends operations until each of them is settled: an item that the server pushes back is sent again, only that one, however long it
 * takes. Rejects with what must end the sink: a refused login, `max.retries`, a bad record that isn't tolerated, an abort.
 */
export async function sendUntilSettled(
  operations: readonly Operation[],
  options: SenderOptions,
): Promise<void> {
  const { pace, events, signal } = options
  let open = operations
  let failures = 0
  let pushedBack = 0
  for (;;) {
    open = withoutDropped(open, options)
    if (open.length === 0) return
    const attempt = await sendOnce(open, options)
    if (attempt.kind === 'answered') {
      failures = 0
      const again = await settleItems(open, attempt.items, options)
      if (again.open.length === 0) {
        pace.succeeded()
        events.served()
      } else {
        // As long as some get through, the others needn't wait longer each time.
        pushedBack = again.open.length < open.length ? 1 : pushedBack + 1
        pace.pushedBack()
        events.pushedBack(again.open.length, again.reason)
      }
      open = again.open
    } else if (isSplit(attempt.failed)) {
      return splitUp(open, attempt.failed, options)
    } else {
      if (isPushBack(attempt.failed)) pushedBack++
      else failures++
      noteFailure(attempt.failed, { failures, documents: open.length, options })
      pace.pushedBack()
    }
    events.inFlightLimit(pace.limit)
    if (open.length > 0) await wait(pace.backoffMs(Math.max(1, failures + pushedBack)), signal)
  }
}

function withoutDropped(operations: readonly Operation[], options: SenderOptions): readonly Operation[] {
  if (!operations.some((operation) => operation.progress.dropped)) return operations
  return operations.filter((operation) => {
    if (operation.progress.dropped) options.settle(operation)
    return !operation.progress.dropped
  })
}

async function sendOnce(operations: readonly Operation[], options: SenderOptions): Promise<Attempt> {
  const { ask, resources, query, events, signal } = options
  const missing = await resources.ensure(operations, signal)
  if (missing !== undefined) return { kind: 'failed', failed: asPreparation(missing) }
  const started = performance.now()
  const answer = await ask({ method: 'POST', path: '/_bulk', query, lines: bulkBody(operations) }, signal)
  if (answer.kind !== 'ok') return { kind: 'failed', failed: answer }
  const items = bulkItems(answer.body, operations.length)
  if (items === undefined) {
    return {
      kind: 'failed',
      failed: { kind: 'unreachable', error: new Error('The answer is not one to a bulk request.') },
    }
  }
  events.bulkAnswered((performance.now() - started) / 1000)
  return { kind: 'answered', items }
}

/** An index that can't be made is never one document's fault. */
function asPreparation(failed: Failed): Failed {
  if (failed.kind === 'refused' && requestOutcomeOf(failed.status) === 'split') throw fatal(failed)
  return failed
}

async function settleItems(
  operations: readonly Operation[],
  items: readonly ItemResult[],
  options: SenderOptions,
): Promise<{ open: readonly Operation[]; reason: string }> {
  const open: Operation[] = []
  const conflicts: Answered[] = []
  const bad: Answered[] = []
  let written = 0
  let reason = ''
  for (const [index, operation] of operations.entries()) {
    const item = items[index]!
    switch (outcomeOf(operation.kind, item)) {
      case 'done':
        written++
        options.settle(operation)
        break
      case 'conflict':
        conflicts.push({ operation, item })
        break
      case 'missing':
        if (!options.resources.forget(operation.resource)) throw fatal(refusedItem(item))
        open.push(operation)
        reason = itemText(item)
        break
      case 'retry':
        open.push(operation)
        reason = itemText(item)
        break
      case 'bad':
        bad.push({ operation, item })
        break
      case 'fatal':
        throw fatal(refusedItem(item))
    }
  }
  options.events.written(written)
  await Promise.all(bad.map(({ operation, item }) => refuse(operation, itemText(item), options)))
  if (conflicts.length > 0) {
    await options.resolveConflicts(conflicts)
    for (const { operation } of conflicts) options.settle(operation)
  }
  return { open, reason }
}

/** A request was refused for one of its documents: halves tell which, and a single one is bad. */
async function splitUp(
  operations: readonly Operation[],
  failed: Failed,
  options: SenderOptions,
): Promise<void> {
  if (operations.length === 1) return refuse(operations[0]!, failureText(failed), options)
  const half = operations.length >> 1
  await sendUntilSettled(operations.slice(0, half), options)
  await sendUntilSettled(operations.slice(half), options)
}

async function refuse(operation: Operation, reason: string, options: SenderOptions): Promise<void> {
  await options.refuse(operation, new RecordError(`Elasticsearch refused the document: ${reason}`))
  options.settle(operation)
}

function isSplit(failed: Failed): boolean {
  return failed.kind === 'refused' && requestOutcomeOf(failed.status) === 'split'
}

function isPushBack(failed: Failed): boolean {
  return failed.kind === 'refused' && (failed.status === 429 || failed.status === 503)
}

function noteFailure(
  failed: Failed,
  { failures, documents, options }: { failures: number; documents: number; options: SenderOptions },
): void {
  if (failed.kind === 'refused' && requestOutcomeOf(failed.status) === 'fatal') throw fatal(failed)
  if (isPushBack(failed)) return options.events.pushedBack(documents, failureText(failed))
  if (options.maxRetries >= 0 && failures > options.maxRetries) {
    throw new Error(
      `Elasticsearch could not be reached in ${failures} attempts (max.retries is ${options.maxRetries}): ${failureText(failed)}`,
      failed.kind === 'unreachable' ? { cause: failed.error } : {},
    )
  }
  options.events.unreachable(failureText(failed), failures)
}

function itemText(item: ItemResult): string {
  return `${item.errorType ?? `status ${item.status}`}: ${item.reason ?? 'no reason given'}`
}

function refusedItem({ status, errorType = '', reason = '' }: ItemResult): Failed {
  return { kind: 'refused', status, errorType, reason }
}

function fatal(failed: Failed): Error {
  const advice = failed.kind === 'refused' ? adviceOn(failed.status) : ''
  return new Error(`Elasticsearch refuses to write: ${failureText(failed)}.${advice}`)
}

function adviceOn(status: number): string {
  if (status === 404) return ' A data stream needs an index template of its name with data_stream.'
  if (status === 401) return ' Check connection.username and connection.password, or connection.api.key.'
  if (status === 403) return ' Grant the user create_index, view_index_metadata and write on the index.'
  return ''
}
