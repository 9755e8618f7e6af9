import { randomUUID } from 'node:crypto'
import { type Json, parseJson, type SourcePartition, stringifyJson } from '@sluice/template'
import type { OffsetStore, StoredOffset } from './offset-store.ts'
import { keyText } from './offset-key.ts'

/** Offsets that end with the process: for tests and for sources that need none kept. Values are copied as a real store would. */
export class MemoryOffsetStore implements OffsetStore {
  readonly #identity = randomUUID()
  readonly #connectors = new Map<string, Map<string, { partition: SourcePartition; offset: string }>>()

  async get(
    connector: string,
    partitions: readonly SourcePartition[],
  ): Promise<readonly (Json | undefined)[]> {
    const stored = this.#connectors.get(connector)
    return partitions.map((partition) => {
      const found = stored?.get(keyText(connector, partition))
      return found && parseJson(found.offset)
    })
  }

  async set(connector: string, offsets: readonly StoredOffset[]): Promise<void> {
    const stored = this.#connectors.get(connector) ?? new Map()
    this.#connectors.set(connector, stored)
    for (const { partition, offset } of offsets) {
      const key = keyText(connector, partition)
      if (offset === null) stored.delete(key)
      else stored.set(key, { partition, offset: stringifyJson(offset) })
    }
  }

  async all(connector: string): Promise<readonly StoredOffset[]> {
    const stored = this.#connectors.get(connector)?.values() ?? []
    return [...stored].map(({ partition, offset }) => ({ partition, offset: parseJson(offset) }))
  }

  async identity(): Promise<string> {
    return this.#identity
  }

  async close(): Promise<void> {}
}
