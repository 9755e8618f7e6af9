import { type Json, parseJson, type SourcePartition, stringifyJson } from '@sluice/template'
import { keyBytes, keyText, parseKey } from './offset-key.ts'
import type { StoredOffset } from './offset-store.ts'

/** A key and its value as stores keep them; value null: removed. */
export interface RawOffset {
  readonly key: Buffer
  readonly value: Buffer | null
}

interface Entry {
  readonly connector: string
  readonly partition: SourcePartition
  /** Every form of the key that was met, by its bytes; the latest last. */
  readonly variants: Map<string, RawOffset>
}

/**
 * Stored offsets in memory. Stores know keys by their bytes, and two writers may have written an equal key in two ways: here both are one
 * entry, whose value is the latest.
 */
export class OffsetView {
  readonly #entries = new Map<string, Entry>()
  /** Not ours to read, but to keep. */
  readonly #foreign = new Map<string, RawOffset>()

  /** Takes what a store holds, in the order written. */
  put(raw: RawOffset): void {
    const id = raw.key.toString('latin1')
    const parsed = parseKey(raw.key)
    if (!parsed) {
      this.#foreign.set(id, raw)
      return
    }
    const text = keyText(parsed.connector, parsed.partition)
    const entry = this.#entries.get(text) ?? { ...parsed, variants: new Map<string, RawOffset>() }
    entry.variants.delete(id)
    entry.variants.set(id, raw)
    this.#entries.set(text, entry)
  }

  get(connector: string, partition: SourcePartition): Json | undefined {
    return offsetOf(this.#entries.get(keyText(connector, partition)))
  }

  all(connector: string): readonly StoredOffset[] {
    return [...this.#entries.values()].flatMap((entry) => {
      const offset = entry.connector === connector ? offsetOf(entry) : undefined
      return offset === undefined ? [] : [{ partition: entry.partition, offset }]
    })
  }

  /** What to write for these offsets: the bytes of an existing equal key are used again, and a removal removes every form of the key. */
  writes(connector: string, offsets: readonly StoredOffset[]): readonly RawOffset[] {
    return offsets.flatMap(({ partition, offset }): readonly RawOffset[] => {
      const variants = [...(this.#entries.get(keyText(connector, partition))?.variants.values() ?? [])]
      if (offset === null) return variants.map(({ key }) => ({ key, value: null }))
      const key = variants.at(-1)?.key ?? keyBytes(connector, partition)
      return [{ key, value: Buffer.from(stringifyJson(offset)) }]
    })
  }

  /** Everything that has a value. */
  raw(): readonly RawOffset[] {
    const ours = [...this.#entries.values()].flatMap(({ variants }) => [...variants.values()])
    return [...this.#foreign.values(), ...ours].filter(({ value }) => value !== null)
  }
}

function offsetOf(entry: Entry | undefined): Json | undefined {
  const latest = [...(entry?.variants.values() ?? [])].at(-1)
  if (!latest?.value) return undefined
  const offset = parseJson(latest.value.toString())
  return offset === null ? undefined : offset
}
