import { type Converter, parseConfig, type RecordSchema } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { jsonConverter } from '../../converters/json/json-converter.ts'

/** A record and the transforms it goes through, in a form that the JVM reads too. */
export interface GoldenCase {
  /** `cast/int8-to-string`: the transform and what is special. */
  readonly id: string
  readonly chain: readonly GoldenStep[]
  readonly record: GoldenRecord
  /** Members of maps are compared in the order that the JVM gives them. */
  readonly javaOrder?: true
}

export interface GoldenStep {
  /** A class of the JVM. */
  readonly type: string
  readonly settings: Readonly<Record<string, string>>
  readonly predicate?: GoldenPredicate
}

export interface GoldenPredicate {
  readonly type: string
  readonly settings: Readonly<Record<string, string>>
  readonly negate: boolean
}

/** Keys, values and headers are envelopes of JSON with their schema. */
export interface GoldenRecord {
  readonly kind: 'source' | 'sink'
  readonly topic: string
  readonly partition: number | null
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [key: string, value: string | null])[]
  readonly timestamp: number | null
}

export const offsetOfCases = 42n

/** A record of a sink; give what matters. */
export function record(parts: Partial<GoldenRecord>): GoldenRecord {
  return {
    kind: 'sink',
    topic: 'orders',
    partition: 3,
    key: null,
    value: null,
    headers: [],
    timestamp: 1_700_000_000_123,
    ...parts,
  }
}

/** JSON with schemas, nulls kept where there is a default. */
export function openEnvelope(): Converter {
  const settings = new Map([['replace.null.with.default', 'false']])
  const { config } = parseConfig(jsonConverter.config, settings)
  return jsonConverter.open({ config: config!, role: 'value', log: memoryLogger() })
}

const envelope = openEnvelope()

/** A value with its schema. */
export function typed(schema: RecordSchema, value: unknown): string {
  return Buffer.from(envelope.toBytes({ topic: 't' }, { schema, value }) as Uint8Array).toString()
}

/** A value without schema, as JSON. */
export function untyped(json: string): string {
  return `{"schema":null,"payload":${json}}`
}

const apache = 'org.apache.kafka.connect.transforms.'

/** Cases of one transform, whose class is named without its package: a name, settings, and the record, or its value alone. */
export function casesOf(
  type: string,
  cases: readonly (readonly [
    name: string,
    settings: GoldenStep['settings'],
    of: string | null | GoldenRecord,
  ])[],
): readonly GoldenCase[] {
  const group = type.replace(/^.*\.|\$.*$/g, '')
  return cases.map(([name, settings, of]) => ({
    id: `${group}/${name}`,
    chain: [{ type: fullName(type), settings }],
    record: typeof of === 'object' && of !== null ? of : record({ value: of }),
  }))
}

export function fullName(type: string): string {
  return type.includes('.') && !type.startsWith('predicates.') ? type : apache + type
}
