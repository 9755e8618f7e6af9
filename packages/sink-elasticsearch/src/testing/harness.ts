import {
  type Offsets,
  parseConfig,
  type SinkBatch,
  type SinkContext,
  type SinkRecord,
  type SinkTask,
  type TopicPartition,
} from '@sluice/template'
import { elasticsearchSink } from '../definitions.ts'
import type { Settings } from '../fields.ts'

type Definition = {
  readonly config: typeof elasticsearchSink.config
  readonly open: typeof elasticsearchSink.open
}

export interface Rejected {
  readonly record: SinkRecord
  readonly message: string
}

export interface Harness {
  readonly task: SinkTask
  readonly rejected: Rejected[]
  readonly warnings: string[]
  readonly figures: Map<string, number>
  readonly ends: Map<string, bigint>
  readonly committed: Map<string, { offset: bigint; metadata?: string | undefined }>
  /** Puts records, flushes and commits them, as the engine does. */
  write(records: readonly SinkRecord[]): Promise<Offsets>
}

export function contextOf(
  settings: Readonly<Record<string, string>>,
  more: { definition?: Definition; tolerate?: boolean; partitions?: () => number } = {},
) {
  const parsed = parseConfig((more.definition ?? elasticsearchSink).config, new Map(Object.entries(settings)))
  if (parsed.config === undefined) throw new Error(JSON.stringify(parsed.issues))
  const rejected: Rejected[] = []
  const warnings: string[] = []
  const figures = new Map<string, number>()
  const ends = new Map<string, bigint>()
  const committed: Harness['committed'] = new Map()
  const log = {
    debug: () => {},
    info: () => {},
    warn: (fields: object, message: string) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
    error: () => {},
    child: () => log,
  }
  const context: SinkContext<Settings> = {
    config: parsed.config,
    task: { connector: 'test', index: 0 },
    signal: new AbortController().signal,
    log,
    metrics: {
      counter: (name) => ({ add: (n = 1) => void figures.set(name, (figures.get(name) ?? 0) + n) }),
      gauge: (name) => ({ set: (value) => void figures.set(name, value) }),
    },
    reject: async (bad, error) => {
      if (more.tolerate === false) throw error
      rejected.push({ record: bad, message: (error as Error).message })
    },
    requestCommit: () => {},
    endOffsets: async (partitions) =>
      partitions.map((one) => ({ ...one, offset: ends.get(nameOf(one)) ?? 1_000_000n })),
    partitionCount: async () => more.partitions?.() ?? 1,
    committed: async (partitions) =>
      partitions.map((one) => {
        const found = committed.get(nameOf(one))
        return found === undefined ? undefined : { ...one, ...found }
      }),
  }
  return { context, rejected, warnings, figures, ends, committed }
}

/** A task with a context that remembers what it was told. Close it. */
export async function openHarness(
  settings: Readonly<Record<string, string>>,
  more: Parameters<typeof contextOf>[1] = {},
): Promise<Harness> {
  const { context, ...seen } = contextOf(settings, more)
  const task = await (more.definition ?? elasticsearchSink).open(context)
  return { task, ...seen, write: (records) => writeAll(task, records) }
}

export async function writeAll(task: SinkTask, records: readonly SinkRecord[]): Promise<Offsets> {
  const call = { signal: new AbortController().signal }
  await task.put(batchOf(records), call)
  await task.flush!(call)
  return task.preCommit!(consumedOf(records), call)
}

export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

/** Where a consumer stands after these records. */
export function consumedOf(records: readonly SinkRecord[]): Offsets {
  const ends = new Map(
    records.map(({ origin }) => [nameOf(origin), { ...origin, offset: origin.offset + 1n }]),
  )
  return [...ends.values()]
}

export function record(
  topic: string,
  offset: number,
  more: Partial<SinkRecord> & { partition?: number } = {},
): SinkRecord {
  const { partition = 0, ...rest } = more
  return {
    topic,
    origin: { topic, partition, offset: BigInt(offset) },
    key: `k${offset}`,
    value: { n: offset },
    timestamp: 1_700_000_000_000 + offset,
    timestampType: 'CreateTime',
    ...rest,
  }
}

/** A batch whose values are offered as bytes where `asJson` is true, as behind a JSON converter. */
export function batchOf(records: readonly SinkRecord[], asJson = false): SinkBatch {
  const at = (index: number): SinkRecord => {
    const found = records[index]
    if (found === undefined) throw new RangeError(`There is no record ${index}.`)
    return found
  }
  return {
    length: records.length,
    at,
    json: (index) => {
      if (!asJson) return undefined
      const { value } = at(index)
      return value === null ? null : Buffer.from(JSON.stringify(value))
    },
    [Symbol.iterator]: () => records[Symbol.iterator](),
  }
}
