import type {
  Offsets,
  PartitionOffset,
  SinkBatch,
  SinkContext,
  SinkRecord,
  TopicPartition,
} from '@sluice/template'
import { parseConfig } from '@sluice/template'
import { type HdfsConfig, hdfsSettings } from '../settings.ts'

/** Records of one partition with JSON values `{"id":<offset>}`, from `start` on. */
export function batchOf(of: TopicPartition, start: bigint, count: number): SinkBatch {
  return batchOfRecords(Array.from({ length: count }, (_, index) => recordAt(of, start + BigInt(index))))
}

export function recordAt(of: TopicPartition, offset: bigint, more: Partial<SinkRecord> = {}): SinkRecord {
  return {
    ...of,
    origin: { ...of, offset },
    value: { id: Number(offset) },
    timestamp: 1_700_000_000_000 + Number(offset),
    timestampType: 'CreateTime',
    ...more,
  }
}

export function batchOfRecords(records: readonly SinkRecord[]): SinkBatch {
  return {
    length: records.length,
    at: (index) => records[index]!,
    json: (index) => {
      const { value } = records[index]!
      return value === null ? null : Buffer.from(JSON.stringify(value))
    },
    [Symbol.iterator]: () => records[Symbol.iterator](),
  }
}

export interface FakeRuntime {
  readonly context: SinkContext<HdfsConfig>
  /** What the group has committed, by `topic-partition`. */
  readonly committed: Map<string, bigint>
  readonly rejected: SinkRecord[]
  readonly stop: AbortController
}

/** The runtime's side of a task: settings as text, a group's offsets, a place for rejected records. */
export function fakeRuntime(settings: Readonly<Record<string, string>>): FakeRuntime {
  const { config, issues } = parseConfig(hdfsSettings, new Map(Object.entries(settings)))
  if (config === undefined) throw new Error(JSON.stringify(issues))
  const committed = new Map<string, bigint>()
  const rejected: SinkRecord[] = []
  const stop = new AbortController()
  const context: SinkContext<HdfsConfig> = {
    config,
    task: { connector: 'test', index: 0 },
    signal: stop.signal,
    log: silent,
    metrics: { counter: () => ({ add: () => undefined }), gauge: () => ({ set: () => undefined }) },
    reject: async (record) => void rejected.push(record),
    requestCommit: () => undefined,
    endOffsets: async (partitions): Promise<Offsets> =>
      partitions.map((of) => ({ ...of, offset: 1_000_000_000n })),
    partitionCount: async () => 1,
    committed: async (partitions) => partitions.map((of) => offsetIn(committed, of)),
  }
  return { context, committed, rejected, stop }
}

function offsetIn(committed: ReadonlyMap<string, bigint>, of: TopicPartition): PartitionOffset | undefined {
  const offset = committed.get(`${of.topic}-${of.partition}`)
  return offset === undefined ? undefined : { ...of, offset }
}

const silent: SinkContext<HdfsConfig>['log'] = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
}
