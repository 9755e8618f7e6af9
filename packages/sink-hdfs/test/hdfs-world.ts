import { randomUUID } from 'node:crypto'
import {
  type PartitionOffset,
  type SinkBatch,
  type SinkContext,
  type TopicPartition,
  wait,
} from '@sluice/template'
import {
  configOf,
  fakeSinkContext,
  memoryLogger,
  type Rejected,
  sinkBatch,
  sinkRecord,
} from '@sluice/testkit'
import { rangeInName } from '../src/file-names.ts'
import { type HdfsConfig, hdfsSettings } from '../src/settings.ts'
import { HttpTransport } from '../src/webhdfs/http-transport.ts'
import { WebHdfsClient } from '../src/webhdfs/webhdfs-client.ts'

export const unlimited = new AbortController().signal
export const call = { signal: unlimited }

/** A folder of its own in a real HDFS, and a look at what a topic's files hold. */
export interface HdfsWorld {
  readonly root: string
  readonly client: WebHdfsClient
  readonly settings: Readonly<Record<string, string>>
  files(of: TopicPartition): Promise<readonly FileSeen[]>
  lines(of: TopicPartition): Promise<readonly string[]>
  /** Closes connections. */
  close(): void
  /** Deletes the folder and closes connections. */
  dispose(): Promise<void>
}

export interface FileSeen {
  readonly name: string
  readonly start: bigint
  readonly end: bigint
  readonly lines: readonly string[]
}

export function hdfsWorld(urls: readonly string[], user: string): HdfsWorld {
  const root = `/test-${randomUUID()}`
  const transport = new HttpTransport({ timeoutMs: 10_000 })
  const nameNodes = urls.map((url) => new URL(`${url}/webhdfs/v1`))
  const client = new WebHdfsClient({ nameNodes, transport, user, dataHosts: [] })
  const world: HdfsWorld = {
    root,
    client,
    settings: {
      'webhdfs.url': urls.join(','),
      'webhdfs.user': user,
      'topics.dir': `${root}/topics`,
      'retry.backoff.ms': '1000',
    },
    async files(of) {
      const folder = `${root}/topics/${of.topic}/partition=${of.partition}`
      const names = (await client.list(folder, unlimited)).map(({ name }) => name)
      return await Promise.all(
        names.toSorted().map(async (name) => {
          const text = (await client.open(`${folder}/${name}`, unlimited)).toString()
          return { name, ...rangeInName(of, name)!, lines: text.split('\n').slice(0, -1) }
        }),
      )
    },
    lines: async (of) => (await world.files(of)).flatMap(({ lines }) => lines),
    close: () => transport.close(),
    async dispose() {
      await client.delete(root, unlimited)
      transport.close()
    },
  }
  return world
}

export type TestContext = SinkContext<HdfsConfig> & {
  readonly log: ReturnType<typeof memoryLogger>
  readonly rejected: readonly Rejected[]
}

/** A task's context; `committed` is what the group has. */
export function contextOf(
  world: Pick<HdfsWorld, 'settings'>,
  settings: Readonly<Record<string, string>> = {},
  committed: readonly PartitionOffset[] = [],
): TestContext {
  const config = configOf(hdfsSettings, { ...world.settings, ...settings })
  return {
    ...fakeSinkContext(config),
    log: memoryLogger(),
    committed: async (partitions) =>
      partitions.map((of) =>
        committed.find(({ topic, partition }) => topic === of.topic && partition === of.partition),
      ),
  }
}

/** Records with the values `{"id":<offset>}`, their bytes vouched for. */
export function batchOf(of: TopicPartition, start: number, count: number): SinkBatch {
  const records = Array.from({ length: count }, (_, index) =>
    sinkRecord({ ...of, offset: BigInt(start + index), value: { id: start + index } }),
  )
  return sinkBatch(records, ({ value }) => Buffer.from(JSON.stringify(value)))
}

/** The lines that `batchOf` leaves. */
export function linesOf(start: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `{"id":${start + index}}`)
}

/** Repeats what is expected until it holds, for at most so long. */
export async function eventually(expectation: () => Promise<unknown>, deadlineMs = 10_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    try {
      await expectation()
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await wait(50)
    }
  }
}
