import { NULL_FIELD, type RowBatch, type RowEncoder, type Slices } from '@sluice/template'
import type { Converters } from '../converters/open-converters.ts'
import type { RecordHeader } from '../kafka/types.ts'
import { isPromise } from '../task/maybe-promise.ts'
import type { Passage, TransformChain } from '../transforms/chain.ts'
import { type Begun, headerBytes } from './convert-polled.ts'
import type { Converted } from './outgoing.ts'

/**
 * Rows straight into bytes, without making records of them: where each transform takes whole rows or none looks at keys or values, and both
 * converters have a way. Outcomes and bytes equal the ordinary path's; whatever is out of the ordinary is left to that one.
 */
export class RowPath {
  readonly #chain: TransformChain
  readonly #converters: Converters
  readonly #encoders = new WeakMap<RowBatch['schema'], Compiled>()

  constructor(chain: TransformChain, converters: Converters) {
    this.#chain = chain
    this.#converters = converters
  }

  /** Rows in bytes, or how far they came: then they go the ordinary way from there. */
  convert(rows: RowBatch<unknown>): RowOutcome {
    const chain = this.#chain
    const whole = chain.empty ? rows : this.#whole(rows)
    if (whole) return { converted: this.#encode(whole), begun: undefined }
    if (chain.touches.has('key') || chain.touches.has('value') || !this.#encodersOf(rows)) return ordinary
    const begun = this.#begin(rows)
    return { converted: this.#encode(rows, begun), begun }
  }

  /** The rows that the chain makes of them; undefined: they must go through it one by one. */
  #whole(rows: RowBatch<unknown>): RowBatch<unknown> | undefined {
    try {
      return this.#chain.applyRows(rows)
    } catch {
      // The ordinary path finds the row or the transform that is at fault, and says so.
      return undefined
    }
  }

  /** Every row through the chain, without its key and value. */
  #begin(rows: RowBatch<unknown>): readonly Begun[] {
    const { topic, headers } = rows
    return Array.from({ length: rows.count }, (_, row) => {
      const passage: Passage = { at: 0, record: undefined }
      try {
        const around = {
          topic,
          headers,
          timestamp: rows.timestampOf?.(row),
          key: undefined,
          value: undefined,
        }
        const moved = this.#chain.apply(around, passage)
        return moved && { at: passage.at, record: moved, failed: false, error: undefined }
      } catch (error) {
        return { ...passage, failed: true, error }
      }
    })
  }

  #encode(rows: RowBatch<unknown>, begun?: readonly Begun[]): readonly (Converted | null)[] | undefined {
    try {
      const encoders = this.#encodersOf(rows)
      const around = encoders && (begun ? this.#oneForEach(begun) : this.#sameForAll(rows))
      const values = around && encoders.value(rows, around)?.values
      const keys = around && encoders.key?.(rows, around)?.keys
      return values && (!encoders.key || keys) ? this.#place(rows, { around, keys, values }) : undefined
    } catch {
      // The ordinary path finds the row that is at fault, and says so.
      return undefined
    }
  }

  #place(
    rows: RowBatch<unknown>,
    { around, keys, values }: { around: Around; keys: Slices | undefined; values: Slices },
  ): readonly (Converted | null)[] | undefined {
    const noKey = keys ? null : this.#converters.key.toBytes(rows, { value: null })
    if (isPromise(noKey)) return undefined
    return Array.from({ length: rows.count }, (_, row) => {
      const one = around.of(row)
      return one && { ...one, key: keys ? sliceOf(keys, row) : noKey, value: sliceOf(values, row) }
    })
  }

  /** Everything but key and value, where no transform changes it. */
  #sameForAll(rows: RowBatch<unknown>): Around | undefined {
    const headers = headersOf(this.#converters, rows)
    if (isPromise(headers)) return undefined
    const { topic } = rows
    const of = (row: number) => ({ topic, partition: undefined, headers, timestamp: rows.timestampOf?.(row) })
    return { topic, of }
  }

  /** Everything but key and value, as the transforms made it of each row; null: they dropped it. Undefined: one failed. */
  #oneForEach(begun: readonly Begun[]): Around | undefined {
    if (begun.some((one) => one?.failed)) return undefined
    const converted = begun.map((one) => one && headersOf(this.#converters, one.record!))
    if (converted.some(isPromise)) return undefined
    const of = (row: number) => {
      const record = begun[row]?.record
      if (!record) return null
      const own = converted[row] as readonly RecordHeader[] | undefined
      return { topic: record.topic, partition: record.partition, headers: own, timestamp: record.timestamp }
    }
    const topics = new Set(begun.flatMap((one) => (one ? [one.record!.topic] : [])))
    return { topic: topics.size === 1 ? [...topics][0] : undefined, of }
  }

  /** Undefined: a converter has no way, or the key isn't made of fields. */
  #encodersOf({ schema, keySchema, keyFields }: RowBatch<unknown>): Encoders | undefined {
    const keyed = keyFields.length > 0
    if (keyed !== (keySchema !== undefined)) return undefined
    const known = this.#encoders.get(schema)
    const encoders =
      known && known.keySchema === keySchema
        ? known
        : {
            keySchema,
            value: this.#converters.value.rowEncoder?.(schema, keySchema),
            key: this.#converters.key.rowEncoder?.(schema, keySchema),
          }
    this.#encoders.set(schema, encoders)
    const { value, key } = encoders
    if (!value || (keyed && !key)) return undefined
    return { value, key: keyed ? key : undefined }
  }
}

/** Nothing is begun. */
const ordinary: RowOutcome = { converted: undefined, begun: undefined }

/** Without `converted` the rows go the ordinary way, from where `begun` says. */
export interface RowOutcome {
  /** Null in place of a row that a transform dropped. */
  readonly converted: readonly (Converted | null)[] | undefined
  readonly begun: readonly Begun[] | undefined
}

interface Encoders {
  readonly value: RowEncoder
  /** Absent: the key is null. */
  readonly key: RowEncoder | undefined
}

/** By the schema of the values. */
interface Compiled {
  readonly keySchema: RowBatch['keySchema']
  readonly value: RowEncoder | undefined
  readonly key: RowEncoder | undefined
}

/** Everything but keys and values. */
interface Around {
  /** Of all rows; undefined where they differ in it. */
  readonly topic: string | undefined
  of(row: number): Omit<Converted, 'key' | 'value'> | null
}

function headersOf(
  converters: Converters,
  record: { readonly topic: string; readonly headers?: RowBatch['headers'] },
): ReturnType<typeof headerBytes> | undefined {
  return record.headers && record.headers.length > 0 ? headerBytes(converters.header, record) : undefined
}

function sliceOf({ bytes, ends }: Slices, index: number): Uint8Array | null {
  const end = ends[index]!
  if (end >= NULL_FIELD) return null
  return bytes.subarray(index === 0 ? 0 : ends[index - 1]! & (NULL_FIELD - 1), end)
}
