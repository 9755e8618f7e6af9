import type { Logger } from '@sluice/template'
import { keyText } from './offset-key.ts'
import type { OffsetStore } from './offset-store.ts'

/**
 * A connector's own store before the worker's, as Kafka Connect has them: read first, written first. What it doesn't have is taken from the worker's, so that a connector
 * takes its offsets along when it is given a topic of its own; and the worker's gets a copy of each write, so that it may be taken away again.
 */
export function layeredOffsets(
  own: OffsetStore,
  { behind, log }: { readonly behind: OffsetStore; readonly log: Logger },
): OffsetStore {
  return {
    async get(connector, partitions) {
      const [first, second] = await Promise.all([
        own.get(connector, partitions),
        behind.get(connector, partitions),
      ])
      return partitions.map((_, index) => first[index] ?? second[index])
    },
    async set(connector, offsets) {
      // what is gone from the first is looked for in the second
      const removed = offsets.filter(({ offset }) => offset === null)
      if (removed.length > 0) await behind.set(connector, removed)
      await own.set(connector, offsets)
      const kept = offsets.filter(({ offset }) => offset !== null)
      if (kept.length === 0) return
      try {
        await behind.set(connector, kept)
      } catch (error) {
        log.warn({ err: error }, "Offsets could not be copied to the worker's own.")
      }
    },
    async all(connector) {
      const both = [...(await behind.all(connector)), ...(await own.all(connector))]
      return [...new Map(both.map((one) => [keyText(connector, one.partition), one])).values()]
    },
    identity: () => own.identity(),
    close: () => own.close(),
  }
}
