import type { ConfigFields, ConfigOf } from './config/field.ts'
import type { Logger } from './context.ts'
import { brandDefinition, type Definition } from './definition.ts'
import type { RowBatch } from './row-batch.ts'
import type { RecordSchema, StructSchema } from './schema.ts'

/** A value with its schema, if it has one. */
export interface SchemaAndValue {
  readonly schema?: RecordSchema | undefined
  readonly value: unknown
}

/** Where the bytes belong: `header` is the header's key when `role` is 'header'. */
export interface ConvertTarget {
  readonly topic: string
  readonly header?: string
}

/** Slices of one buffer: item `i` is from `ends[i-1]` (or 0) to `ends[i] & 0x7fffffff`; `NULL_FIELD` marks null. */
export interface Slices {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
}

/** Keys and values of all rows of a batch. A converter is asked for those of its own role. */
export interface EncodedRows {
  readonly keys: Slices
  readonly values: Slices
}

/**
 * Turns rows of one schema into bytes without making records. Equal, byte for byte, to `toBytes` of each row. Undefined: not these rows, not
 * now, because something must be looked up first or `target.topic` is needed and undefined (transforms send the rows to several topics);
 * they go by way of `toBytes`.
 */
export type RowEncoder = (
  rows: RowBatch<unknown>,
  target: { readonly topic: string | undefined },
) => EncodedRows | undefined

/**
 * Between values and bytes. Synchronous on the hot path: a promise is returned only where something must be looked up, such as a schema.
 * Both directions throw a RecordError for what they can't convert.
 */
export interface Converter {
  /** Null bytes stand for a null value where the format has no bytes for it. */
  toBytes(target: ConvertTarget, data: SchemaAndValue): Uint8Array | null | Promise<Uint8Array | null>
  fromBytes(target: ConvertTarget, bytes: Uint8Array | null): SchemaAndValue | Promise<SchemaAndValue>
  /** The fast path of a value converter; `undefined` for a schema that has none. */
  rowEncoder?(value: StructSchema, key: StructSchema | undefined): RowEncoder | undefined
  /** True: `fromBytes` accepts only valid UTF-8 that is exactly one JSON document equal to the value, so sinks may take the bytes as they are. */
  readonly bytesAreJson?: boolean
  close?(): void | Promise<void>
}

/** What `defineConverter` takes. `open` makes a converter for keys, values or headers; it may throw a ConfigurationError, and does nothing that takes time. */
export interface ConverterDefinition<S extends ConfigFields = ConfigFields> extends Definition<S> {
  open(context: {
    readonly config: ConfigOf<S>
    readonly role: 'key' | 'value' | 'header'
    readonly log: Logger
  }): Converter
}

/** Defines a converter between Kafka's bytes and values. */
export function defineConverter<const S extends ConfigFields>(
  definition: ConverterDefinition<S>,
): ConverterDefinition<S> {
  return brandDefinition('converter', definition)
}
