import {
  type Converter,
  type ConverterDefinition,
  date,
  decimal,
  NULL_FIELD,
  optional,
  parseConfig,
  type RecordSchema,
  type RowBatch,
  type StructSchema,
  struct,
  timestamp,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { jsonConverter } from '../../converters/json/json-converter.ts'
import type { Converters } from '../../converters/open-converters.ts'
import { simpleHeaderConverter } from '../../converters/simple-header-converter.ts'
import { RecordErrors } from '../../errors/record-errors.ts'
import type { Converted } from '../outgoing.ts'

function json(settings: Record<string, string>, role: 'key' | 'value'): Converter {
  const { config } = parseConfig(jsonConverter.config, new Map(Object.entries(settings)))
  return jsonConverter.open({ config: config!, role, log: memoryLogger() })
}

export function open(definition: ConverterDefinition<never>, role: 'key' | 'header'): Converter {
  return definition.open({ config: { encoding: 'UTF-8' } as never, role, log: memoryLogger() })
}

/** JSON for keys and values, unless another is given for keys. */
export function converters(settings: Record<string, string>, key?: Converter): Converters {
  return {
    key: key ?? json(settings, 'key'),
    value: json(settings, 'value'),
    header: open(simpleHeaderConverter as never, 'header'),
    names: { key: 'k', value: 'v', header: 'h' },
    close: async () => {},
  }
}

export function errors(tolerance: 'none' | 'all'): RecordErrors {
  return new RecordErrors({
    settings: {
      errorsTolerance: tolerance,
      errorsRetryTimeoutMs: 0,
      errorsRetryDelayMaxMs: 1,
      errorsLogEnable: false,
      errorsLogIncludeMessages: false,
    },
    metrics: { add: () => {}, set: () => {} },
    log: undefined as never,
    signal: new AbortController().signal,
  })
}

/** A schema for a field, and texts of its values as rows have them. */
const kinds: readonly (readonly [RecordSchema, fc.Arbitrary<string | Uint8Array>])[] = [
  [{ type: 'int8' }, fc.integer({ min: -128, max: 127 }).map(String)],
  [{ type: 'int32', default: 7 }, fc.integer().map(String)],
  [{ type: 'int64' }, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  [{ type: 'float32' }, fc.float().map((value) => (Object.is(value, -0) ? '-0' : String(value)))],
  [{ type: 'float64' }, fc.double().map((value) => (Object.is(value, -0) ? '-0' : String(value)))],
  [{ type: 'boolean' }, fc.boolean().map(String)],
  [{ type: 'string', doc: 'd' }, fc.string({ unit: 'binary' })],
  [{ type: 'string', default: 'none' }, fc.string({ unit: 'grapheme' })],
  [{ type: 'bytes' }, fc.uint8Array()],
  [decimal(0), fc.bigInt().map(String)],
  [
    decimal(4),
    fc.tuple(fc.bigInt(), fc.nat(9999)).map(([whole, part]) => `${whole}.${String(part).padStart(4, '0')}`),
  ],
  [decimal(9), fc.nat(20).map((n) => `0.${String(n).padStart(9, '0')}`)],
  [date(), fc.integer({ min: -1e6, max: 1e6 }).map(String)],
  [timestamp(), fc.integer({ min: -1e12, max: 4e12 }).map(String)],
]

/** A name that JSON has to escape. */
export function fieldName(index: number): string {
  return `f${index}"é`
}

export interface Table {
  readonly schema: StructSchema
  readonly rows: readonly (readonly (string | Uint8Array | null)[])[]
  readonly keys: number
}

/** Any table of up to eight columns, of which up to two are the key. */
export const table: fc.Arbitrary<Table> = fc
  .array(fc.tuple(fc.constantFrom(...kinds), fc.boolean()), { minLength: 1, maxLength: 8 })
  .chain((fields) => {
    const schema = struct(
      Object.fromEntries(
        fields.map(([[one], nullable], i) => [fieldName(i), nullable ? optional(one) : one]),
      ),
      { name: 'table' },
    )
    // Now and then a null where none is allowed: then both ways must refuse that row.
    const row = fc.tuple(
      ...fields.map(([[, text], nullable]) => fc.option(text, { nil: null, freq: nullable ? 3 : 50 })),
    )
    return fc.record({
      schema: fc.constant(schema),
      rows: fc.array(row, { maxLength: 6 }),
      keys: fc.integer({ min: 0, max: Math.min(2, fields.length) }),
    })
  })

/** Its rows as a source polls them. */
export function batch({ schema, rows, keys }: Table): RowBatch {
  const parts: Buffer[] = []
  const ends: number[] = []
  let at = 0
  for (const text of rows.flat()) {
    const bytes = Buffer.from(text ?? '')
    parts.push(bytes)
    at += bytes.length
    ends.push(text === null ? at + NULL_FIELD : at)
  }
  const keyFields = Array.from({ length: keys }, (_, i) => i)
  return {
    kind: 'rows',
    topic: 't',
    count: rows.length,
    schema,
    buffer: Buffer.concat(parts),
    fieldEnds: Uint32Array.from(ends),
    keyFields,
    keySchema: keys === 0 ? undefined : { type: 'struct', fields: schema.fields.slice(0, keys) },
    headers: [{ key: 'h', value: 1 }],
    timestampOf: (row) => row,
    originOf: (row) => ({ partition: { t: 1 }, offset: row }),
  }
}

/** What can be compared. */
export function shown(converted: readonly (Converted | null)[]): unknown {
  const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('latin1')
  return converted.map(
    (one) =>
      one && {
        ...one,
        key: text(one.key),
        value: text(one.value),
        headers: one.headers?.map(({ key, value }) => [key, text(value)]),
      },
  )
}
