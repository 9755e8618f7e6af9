import type { Call } from './context.ts'
import type { OffsetOnly, SourceRecord } from './record.ts'

type Item<O> = SourceRecord<O> | OffsetOnly<O>

/**
 * Turns an async iterable into `poll`, for sources that are pushed to or read page by page: `poll` gives what is there, up to `maxRecords`,
 * and waits for the first item only. An item that was awaited when a poll was cut short is given by the next one. An error of the iterable
 * rejects the poll that meets it, once all items before it were given; after the iterable's end, polls wait until they are cut short.
 */
export function pollFrom<O>(items: AsyncIterable<Item<O>>): {
  poll(call: Call & { readonly maxRecords: number }): Promise<readonly Item<O>[]>
  close(): Promise<void>
} {
  const iterator = items[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<Item<O>>> | undefined

  const poll = async (call: Call & { readonly maxRecords: number }): Promise<readonly Item<O>[]> => {
    const taken: Item<O>[] = []
    while (taken.length < call.maxRecords) {
      next ??= iterator.next()
      const result = await (taken.length === 0 ? untilAborted(next, call.signal) : ifReady(next))
      if (result === undefined || (result.done && taken.length > 0)) break
      if (result.done) return untilAborted(new Promise<never>(() => {}), call.signal)
      next = undefined
      taken.push(result.value)
    }
    return taken
  }
  return { poll, close: async () => void (await iterator.return?.()) }
}

/** The result if it is there without waiting. A rejection is left for the poll that waits for it. */
async function ifReady<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([
    promise.catch(() => undefined),
    new Promise<undefined>((resolve) => setImmediate(resolve, undefined)),
  ])
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
