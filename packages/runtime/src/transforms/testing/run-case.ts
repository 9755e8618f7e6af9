import { createHash } from 'node:crypto'
import {
  type ConnectRecord,
  type Header,
  kindOf,
  type RecordData,
  type RecordSchema,
  type SchemaAndValue,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { builtInPlugins } from '../../plugins/built-in.ts'
import { createRegistry } from '../../plugins/registry.ts'
import { ConfigError } from '../../task/config-error.ts'
import { openChain, type TransformChain } from '../chain.ts'
import { type GoldenCase, type GoldenRecord, offsetOfCases, openEnvelope } from './golden-case.ts'

/** What comes of a case, in texts that the JVM writes too. */
export type Outcome =
  | { readonly error: 'config' | 'record'; readonly message: string }
  | { readonly dropped: true }
  | { readonly record: ShownRecord }

export interface ShownRecord {
  readonly topic: string
  readonly partition: number | null
  readonly timestamp: number | null
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [key: string, value: string | null])[]
}

const registry = createRegistry(builtInPlugins)
const envelope = openEnvelope()

/** Runs a case through our transforms. Throws what is neither a wrong configuration nor a record error. */
export function runCase(one: GoldenCase): Outcome {
  try {
    const chain = open(one)
    const record = chain.apply(recordOf(one.record))
    return record === null ? { dropped: true } : { record: shown(record, one.javaOrder ?? false) }
  } catch (error) {
    if (error instanceof ConfigError) return { error: 'config', message: error.message }
    if (kindOf(error) === 'record') return { error: 'record', message: (error as Error).message }
    throw error
  }
}

export function hashOf(one: GoldenCase): string {
  return createHash('sha256').update(JSON.stringify(one)).digest('hex').slice(0, 16)
}

function open({ chain }: GoldenCase): TransformChain {
  const settings = new Map<string, string>()
  const set = (start: string, of: Readonly<Record<string, string>>): void => {
    for (const [key, value] of Object.entries(of)) settings.set(`${start}.${key}`, value)
  }
  for (const [index, { type, predicate, settings: own }] of chain.entries()) {
    set(`transforms.t${index}`, { type, ...own })
    if (!predicate) continue
    set(`transforms.t${index}`, { predicate: `p${index}`, negate: String(predicate.negate) })
    set(`predicates.p${index}`, { type: predicate.type, ...predicate.settings })
  }
  return openChain({
    names: chain.map((_, index) => `t${index}`),
    predicateNames: chain.flatMap(({ predicate }, index) => (predicate ? [`p${index}`] : [])),
    settings,
    plugins: registry,
    log: memoryLogger(),
  })
}

export function recordOf(record: GoldenRecord): ConnectRecord<unknown> {
  const key = read(record.key)
  const value = read(record.value)
  const headers = record.headers.map(([name, text]): Header => {
    const { schema, ...rest } = read(text)
    return { key: name, ...rest, ...(schema && { schema }) }
  })
  const origin =
    record.kind === 'sink'
      ? { topic: record.topic, partition: record.partition, offset: offsetOfCases }
      : { partition: { p: 1 }, offset: { o: 1 } }
  return {
    topic: record.topic,
    partition: record.partition ?? undefined,
    key: key.value,
    keySchema: key.schema,
    value: value.value,
    valueSchema: value.schema,
    headers,
    timestamp: record.timestamp ?? undefined,
    origin,
  }
}

function read(text: string | null): SchemaAndValue {
  return text === null
    ? { value: null }
    : (envelope.fromBytes({ topic: 't' }, Buffer.from(text)) as SchemaAndValue)
}

function shown(record: RecordData, javaOrder: boolean): ShownRecord {
  const write = (schema: RecordSchema | undefined, value: unknown): string | null => {
    const ordered = javaOrder ? value : sorted(value, schema)
    const bytes = envelope.toBytes({ topic: 't' }, { schema, value: ordered }) as Uint8Array | null
    return bytes && Buffer.from(bytes).toString()
  }
  return {
    topic: record.topic,
    partition: record.partition ?? null,
    timestamp: record.timestamp ?? null,
    key: write(record.keySchema, record.key),
    value: write(record.valueSchema, record.value),
    headers: (record.headers ?? []).map(({ key, value, schema }) => [key, write(schema, value)]),
  }
}

/** Maps in the order of their keys, and so what has no schema; structs have an order of their own. */
function sorted(value: unknown, schema: RecordSchema | undefined): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => sorted(item, schema?.type === 'array' ? schema.items : undefined))
  }
  if (value instanceof Map) {
    if ([...value.keys()].some((key) => typeof key !== 'string')) return value
    return new Map(byKey([...value] as [string, unknown][]))
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date)
    return value
  const entries = Object.entries(value)
  if (schema?.type !== 'struct')
    return new Map(byKey(entries.map(([key, item]) => [key, sorted(item, undefined)])))
  const schemas = new Map(schema.fields.map((field) => [field.name, field.schema]))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item, schemas.get(key))]))
}

function byKey(entries: [string, unknown][]): [string, unknown][] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
