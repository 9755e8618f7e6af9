import type {
  AppliedTransform,
  Offsets,
  SinkContext,
  SinkRecord,
  SinkTask,
  TopicPartition,
  TopicRoute,
} from '@sluice/template'
import {
  configOf,
  fakeSinkContext,
  type LogLine,
  type RecordSketch,
  sinkBatch,
  sinkRecord,
} from '@sluice/testkit'
import { elasticsearchSink } from '../definitions.ts'
import type { Settings } from '../fields.ts'

type Definition = Pick<typeof elasticsearchSink, 'config' | 'open'>

export interface HarnessOptions {
  /** Default: `elasticsearchSink`. */
  readonly definition?: Definition
  /** False: a reject rejects in turn. Default true. */
  readonly tolerate?: boolean
  /** How many partitions a topic has. Default 1. */
  readonly partitions?: () => number
  readonly transforms?: readonly AppliedTransform[]
  /** Default: none, so that only records show what is read. */
  readonly routes?: readonly TopicRoute[]
  /** The context's way to a task; default: the definition's. */
  readonly open?: (context: SinkContext<Settings>) => SinkTask | Promise<SinkTask>
}

/** A task with a Kafka around it that can be looked into. */
export interface Harness {
  readonly task: SinkTask
  /** Positions and messages of rejected records. */
  readonly rejected: { readonly offset: number; readonly message: string }[]
  readonly lines: readonly LogLine[]
  readonly figures: ReadonlyMap<string, number>
  /** End offsets by `topic-partition`; 1,000,000 where none is set. */
  readonly ends: Map<string, bigint>
  /** What the next questions after end offsets are answered with. */
  readonly kafkaErrors: Error[]
  /** What the group has committed, by `topic-partition`. */
  readonly committed: Map<string, { readonly offset: bigint; readonly metadata?: string | undefined }>
  /** Assigns the records' partitions, puts, flushes and commits, as the engine does; answers what was committed. */
  write(records: readonly SinkRecord[], how?: { readonly asJson: boolean }): Promise<Offsets>
}

const opened: SinkTask[] = []

afterEach(async () => {
  for (const task of opened.splice(0)) await task.close!()
})

/** Its task is closed after the test, if the test doesn't. */
export async function openHarness(
  settings: Readonly<Record<string, string>>,
  options: HarnessOptions = {},
): Promise<Harness> {
  const definition = options.definition ?? elasticsearchSink
  const ends: Harness['ends'] = new Map()
  const committed: Harness['committed'] = new Map()
  const rejected: Harness['rejected'] = []
  const kafkaErrors: Error[] = []
  let untolerated: unknown
  const fake = fakeSinkContext(configOf(definition.config, settings))
  const context: SinkContext<Settings> = {
    ...fake,
    toleratesRejects: options.tolerate !== false,
    reject: async ({ origin }, error) => {
      if (options.tolerate === false) {
        untolerated = error
        throw error
      }
      rejected.push({ offset: Number(origin.offset), message: (error as Error).message })
    },
    transforms: options.transforms ?? [],
    routes: async () => options.routes ?? [],
    endOffsets: async (partitions) => {
      const error = kafkaErrors.shift()
      if (error !== undefined) throw error
      return partitions.map((one) => ({ ...one, offset: ends.get(nameOf(one)) ?? 1_000_000n }))
    },
    partitionCount: async () => options.partitions?.() ?? 1,
    committed: async (partitions) =>
      partitions.map((one) => {
        const found = committed.get(nameOf(one))
        return found === undefined ? undefined : { ...one, ...found }
      }),
  }
  const task = await (options.open ?? definition.open)(context)
  opened.push(task)
  const { lines } = fake.log as unknown as { readonly lines: readonly LogLine[] }
  const { values: figures } = fake.metrics as unknown as { readonly values: ReadonlyMap<string, number> }
  return {
    task,
    rejected,
    lines,
    figures,
    ends,
    kafkaErrors,
    committed,
    write: async (records, how) => {
      await task.assigned?.(consumedOf(records), { epoch: 1 })
      const offsets = await writeAll(task, records, how?.asJson)
      // What was rejected untolerated ends the task at its next commit, even if the sink caught it.
      if (untolerated !== undefined) throw untolerated
      for (const one of offsets) committed.set(nameOf(one), one)
      return offsets
    },
  }
}

async function writeAll(task: SinkTask, records: readonly SinkRecord[], asJson = false): Promise<Offsets> {
  const { signal } = new AbortController()
  await task.put(batch(records, asJson), { signal })
  await task.flush!({ signal })
  return task.preCommit!(consumedOf(records), { signal })
}

/** A batch; `asJson`: its values are offered as bytes, as behind a JSON converter. */
export function batch(records: readonly SinkRecord[], asJson = false): ReturnType<typeof sinkBatch> {
  if (!asJson) return sinkBatch(records)
  return sinkBatch(records, ({ value }) => (value === null ? null : Buffer.from(JSON.stringify(value))))
}

/** Where a consumer stands after these records. */
export function consumedOf(records: readonly SinkRecord[]): Offsets {
  const ends = new Map(
    records.map(({ origin }) => [nameOf(origin), { ...origin, offset: origin.offset + 1n }]),
  )
  return [...ends.values()]
}

export function record(topic: string, offset: number, sketch: RecordSketch = {}): SinkRecord {
  return sinkRecord({ topic, offset: BigInt(offset), key: `k${offset}`, value: { n: offset }, ...sketch })
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
