import { RecordError } from '@sluice/template'
import { type BodyOptions, bulkBody } from './bulk-body.ts'
import type { Answered, Unjudged } from './conflicts.ts'
import { type Ask, bulkItems, failureText } from './elasticsearch.ts'
import type { Events } from './events.ts'
import type { Operation } from './operation.ts'
import { type ItemResult, outcomeOf, requestOutcomeOf } from './outcome.ts'
import type { Pace } from './pace.ts'
import type { Failed, Resources } from './resources.ts'
import type { Turn, Turns } from './turns.ts'

export interface SenderOptions extends BodyOptions {
  readonly ask: Ask
  readonly resources: Resources
  readonly pace: Pace
  readonly turns: Turns
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
  /** Decides what a version conflict means and sets aside what it must; answers what it can't decide now. */
  readonly resolveConflicts: (conflicts: readonly Answered[]) => Promise<Unjudged>
}

/** What an attempt leaves: operations to send again, or to be split up because one of them is why the server refused them all. */
type Left =
  | { readonly kind: 'open'; readonly open: readonly Operation[]; readonly failures: number }
  | { readonly kind: 'split'; readonly failed: Failed }

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
  let open = withoutDropped(operations, options)
  let failures = 0
  while (open.length > 0) {
    const now = open
    const left = await options.turns.take((turn) => attempt(now, { turn, failures, options }))
    options.events.inFlightLimit(options.pace.limit)
    if (left.kind === 'split') return splitUp(now, left.failed, options)
    failures = left.failures
    open = withoutDropped(left.open, options)
  }
}

interface AttemptOptions {
  readonly turn: Turn
  /** How often in a row these operations have met no server. */
  readonly failures: number
  readonly options: SenderOptions
}

async function attempt(
  waited: readonly Operation[],
  { turn, failures, options }: AttemptOptions,
): Promise<Left> {
  // Partitions may have gone while it waited for its turn.
  const operations = withoutDropped(waited, options)
  if (operations.length === 0) return { kind: 'open', open: [], failures }
  const sent = await sendOnce(operations, options)
  if (sent.kind === 'answered') {
    const open = await settleItems(operations, sent.items, options)
    if (open.length === 0) {
      turn.served()
      options.events.served()
    } else turn.pushedBack(open.length < operations.length ? 'part' : 'all')
    return { kind: 'open', open, failures: 0 }
  }
  const { failed } = sent
  if (failed.kind === 'refused' && requestOutcomeOf(failed.status) === 'fatal') throw fatal(failed)
  if (isSplit(failed)) return { kind: 'split', failed }
  if (isPushBack(failed)) {
    turn.pushedBack('all')
    options.events.pushedBack(operations.length, failureText(failed))
    return { kind: 'open', open: operations, failures }
  }
  turn.failed()
  noteFailure(failed, Math.max(failures + 1, options.pace.failures), options)
  return { kind: 'open', open: operations, failures: failures + 1 }
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
  const answer = await ask(
    { method: 'POST', path: '/_bulk', query, lines: bulkBody(operations, options) },
    signal,
  )
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
): Promise<readonly Operation[]> {
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
        // Without a version of ours it can't be that the stored one is later: two writes met.
        if (operation.version === undefined) {
          open.push(operation)
          reason = itemText(item)
        } else conflicts.push({ operation, item })
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
  if (open.length > 0) options.events.pushedBack(open.length, reason)
  return conflicts.length === 0 ? open : [...open, ...(await settleConflicts(conflicts, options))]
}

async function settleConflicts(
  conflicts: readonly Answered[],
  { resolveConflicts, settle, events }: SenderOptions,
): Promise<readonly Operation[]> {
  const { operations: unjudged, reason } = await resolveConflicts(conflicts)
  if (unjudged.length > 0) events.unjudged(unjudged.length, reason)
  const again = new Set(unjudged)
  for (const { operation } of conflicts) if (!again.has(operation)) settle(operation)
  return unjudged
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

/** The server says itself that it is too busy; a 503 may be said by a proxy for a server that isn't there. */
function isPushBack(failed: Failed): boolean {
  return failed.kind === 'refused' && failed.status === 429
}

function noteFailure(failed: Failed, failures: number, { maxRetries, events }: SenderOptions): void {
  if (maxRetries >= 0 && failures > maxRetries) {
    throw new Error(
      `Elasticsearch could not be reached in ${failures} attempts (max.retries is ${maxRetries}): ${failureText(failed)}`,
      failed.kind === 'unreachable' ? { cause: failed.error } : {},
    )
  }
  events.unreachable(failureText(failed), failures)
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
