import type { Json, OffsetOnly, SourceRecord, TransactionContext } from '@sluice/template'

/** How a transaction ends; undefined: it goes on. */
export type Ending = 'commit' | 'abort' | undefined
type Item = SourceRecord | OffsetOnly

/** Says where transactions end (`transaction.boundary`). */
export interface Boundary {
  /** After an item of a poll; undefined where rows are no items. */
  afterItem(item: Item | undefined): Ending
  afterBatch(): Ending
  /** When the task pauses or stops. */
  atLast(): Ending
  /** There is something that waits for its end. */
  began(): void
  ended(): void
  /** Aborts when the end is due although nothing is polled: a poll that waits gives way. */
  readonly due: AbortSignal
}

/** One of each boundary's own: polls of all tasks listen to it. */
const never = (): AbortSignal => new AbortController().signal

/** A transaction for what one poll gave. */
export function pollBoundary(): Boundary {
  return {
    afterItem: () => undefined,
    afterBatch: () => 'commit',
    atLast: () => 'commit',
    began: () => {},
    ended: () => {},
    due: never(),
  }
}

/** A transaction for what was polled in so many milliseconds, counted from its first item. */
export function intervalBoundary(intervalMs: number): Boundary & { dispose(): void } {
  let due = new AbortController()
  let timer: NodeJS.Timeout | undefined
  return {
    afterItem: () => undefined,
    afterBatch: () => (due.signal.aborted ? 'commit' : undefined),
    atLast: () => 'commit',
    began: () => {
      timer ??= setTimeout(() => due.abort(), intervalMs)
    },
    ended: () => {
      clearTimeout(timer)
      timer = undefined
      due = new AbortController()
    },
    get due() {
      return due.signal
    },
    dispose: () => clearTimeout(timer),
  }
}

/** Transactions that end where the connector says so through the context that it is given. */
export function connectorBoundary(): {
  readonly boundary: Boundary
  readonly context: TransactionContext<Json>
} {
  const items = new WeakMap<Item, Ending>()
  let batch: Ending
  const ask = (ending: 'commit' | 'abort', after: Item | undefined): void => {
    const asked = after === undefined ? batch : items.get(after)
    if (asked !== undefined && asked !== ending) {
      const place = after === undefined ? 'the same poll' : 'the same record'
      throw new Error(`The source asks for a commit and for an abort of the transaction after ${place}.`)
    }
    if (after === undefined) batch = ending
    else items.set(after, ending)
  }
  const afterBatch = (): Ending => {
    const ending = batch
    batch = undefined
    return ending
  }
  return {
    context: { commit: (after) => ask('commit', after), abort: (after) => ask('abort', after) },
    boundary: {
      afterItem: (item) => item && items.get(item),
      afterBatch,
      // what it hasn't ended is read again
      atLast: afterBatch,
      began: () => {},
      ended: () => {},
      due: never(),
    },
  }
}
