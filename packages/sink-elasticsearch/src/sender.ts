import { type BodyOptions, bulkBody } from './bulk-body.ts'
import { type Ask, bulkItems, failureText } from './elasticsearch.ts'
import type { Events } from './events.ts'
import { fatal } from './fatal.ts'
import type { Operation } from './operation.ts'
import { type ItemResult, requestOutcomeOf } from './outcome.ts'
import type { Pace } from './pace.ts'
import type { Failed, Resources } from './resources.ts'
import { type Open, refuse, type SettleOptions, settleItems } from './settle-items.ts'

export interface SenderOptions extends BodyOptions, SettleOptions {
  readonly ask: Ask
  readonly resources: Resources
  readonly pace: Pace
  readonly events: Events
  /** Query parameters of every bulk request. */
  readonly query: Readonly<Record<string, string>>
  /** How many failures of whole requests in a row end the sink; -1: none do. */
  readonly maxRetries: number
  readonly signal: AbortSignal
}

/** What a request leaves open. */
export interface Left {
  /** To be sent again as soon as anything is. */
  readonly again: readonly Operation[]
  /** Their index can't take them now, whatever others can: to be sent again after a wait. */
  readonly later: readonly Operation[]
  readonly laterMs: number
  /** How long nothing is to be sent, for the server as a whole is in trouble. */
  readonly pauseMs: number
}

type Attempt =
  | { readonly kind: 'answered'; readonly items: readonly ItemResult[] }
  | { readonly kind: 'failed'; readonly failed: Failed }

/**
 * Sends operations and settles those that are done: an item that the server pushes back is left to be sent again, and only that one. Rejects
 * with what must end the sink: a refused login, `max.retries`, a bad record that isn't tolerated, an abort.
 */
export async function send(waited: readonly Operation[], options: SenderOptions): Promise<Left> {
  const operations = withoutDropped(waited, options)
  if (operations.length === 0) return nothing
  const { pace, events } = options
  const { wave } = pace
  const sent = await sendOnce(operations, options)
  if (sent.kind === 'failed' && isSplit(sent.failed)) return splitUp(operations, sent.failed, options)
  const left =
    sent.kind === 'answered'
      ? leftOf(await settleItems(operations, sent.items, options), { sent: operations.length, wave, options })
      : failedWhole(operations, sent.failed, { wave, options })
  events.inFlightLimit(pace.limit)
  return left
}

const nothing: Left = { again: [], later: [], laterMs: 0, pauseMs: 0 }

interface Wave {
  readonly wave: number
  readonly options: SenderOptions
}

function leftOf(open: Open, { sent, wave, options }: Wave & { readonly sent: number }): Left {
  const { pace, events } = options
  const { busy, blocked } = open
  for (const operation of [...busy, ...blocked]) operation.failures = 0
  if (busy.length === 0) pace.served(wave)
  const pauseMs = busy.length === 0 ? 0 : pace.pushedBack(wave, busy.length < sent ? 'part' : 'all')
  if (busy.length + blocked.length === 0) events.served()
  const tries = blocked.reduce((most, operation) => Math.max(most, ++operation.blocks), 0)
  return { again: busy, later: blocked, laterMs: blocked.length === 0 ? 0 : pace.waitMs(tries), pauseMs }
}

function failedWhole(operations: readonly Operation[], failed: Failed, { wave, options }: Wave): Left {
  const { pace, events } = options
  if (failed.kind === 'refused' && requestOutcomeOf(failed.status) === 'fatal') throw fatal(failed)
  if (isPushBack(failed)) {
    events.pushedBack(operations.length, failureText(failed))
    return { ...nothing, again: operations, pauseMs: pace.pushedBack(wave, 'all') }
  }
  const pauseMs = pace.failed(wave)
  const failures = operations.reduce((most, operation) => Math.max(most, ++operation.failures), 0)
  noteFailure(failed, Math.max(failures, pace.failures), options)
  return { ...nothing, again: operations, pauseMs }
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

/** A request was refused for one of its documents: halves tell which, and a single one is bad. */
async function splitUp(
  operations: readonly Operation[],
  failed: Failed,
  options: SenderOptions,
): Promise<Left> {
  if (operations.length === 1) {
    await refuse(operations[0]!, failureText(failed), options)
    return nothing
  }
  const half = operations.length >> 1
  const first = await send(operations.slice(0, half), options)
  const second = await send(operations.slice(half), options)
  return {
    again: [...first.again, ...second.again],
    later: [...first.later, ...second.later],
    laterMs: Math.max(first.laterMs, second.laterMs),
    pauseMs: Math.max(first.pauseMs, second.pauseMs),
  }
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
