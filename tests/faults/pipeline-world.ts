import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type KafkaServer, ownFolder, sharedServices } from '@sluice/testkit/services'
import { Kafka, logLevel } from 'kafkajs'
import { fileProblems, indexProblems, type TopicRecord, topicProblems } from './history.ts'
import { TableLoad } from './load.ts'
import { readFiles, readIndex, readTopic } from './readings.ts'
import { WorkerProcess } from './worker-process.ts'

type Settings = Readonly<Record<string, string>>

/** Of every connector: a failed task tries again at once. */
const restart: Settings = { 'task.restart.backoff.ms': '500' }

/** A table, a topic of 3 partitions, an index and a folder in HDFS, and the three connectors that join them. */
export interface PipelineWorld {
  readonly bootstrapServers: string
  readonly topic: string
  /** Their names. */
  readonly connectors: { readonly source: string; readonly index: string; readonly files: string }
  readonly load: TableLoad
  readonly worker: WorkerProcess
  /** A second worker with the same configuration and the same offset file, as a second machine would be given. */
  secondWorker(): Promise<WorkerProcess>
  topicRecords(): Promise<TopicRecord[]>
  /** Waits until everything has arrived everywhere, then says what is wrong. Call it after the load has stopped. */
  settledProblems(): Promise<readonly string[]>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly kafka: Pick<KafkaServer, 'bootstrapServers'>
  readonly replicationFactor?: number
  readonly rows?: number
  readonly elasticsearch?: { readonly url: string }
  readonly hdfs?: { readonly url: string; readonly user: string }
  readonly postgres?: { readonly url: string }
  /** Further settings by connector: source, index, files, or worker. */
  readonly more?: Readonly<Partial<Record<'source' | 'index' | 'files' | 'worker', Settings>>>
}

export async function pipelineWorld(options: WorldOptions): Promise<PipelineWorld> {
  const services = sharedServices()
  const [postgres, elasticsearch, hdfs] = await Promise.all([
    options.postgres ?? services.postgres(),
    options.elasticsearch ?? services.elasticsearch(),
    options.hdfs ?? services.hdfs(),
  ])
  const id = randomUUID().slice(0, 8)
  const table = `rows_${id}`
  const topic = `faults.${table}`
  const { bootstrapServers } = options.kafka
  await createTopic(bootstrapServers, topic, options.replicationFactor ?? 1)
  const load = new TableLoad(postgres.url, table)
  await load.create(options.rows ?? 2_000)
  const dir = ownFolder('worker')
  const connectors = { source: `source-${id}`, index: `index-${id}`, files: `files-${id}` }
  const files = {
    dir,
    worker: { ...workerSettings(bootstrapServers, dir), ...options.more?.worker },
    connectors: {
      [connectors.source]: { ...restart, ...sourceSettings(postgres.url, table), ...options.more?.source },
      [connectors.index]: { ...restart, ...indexSettings(elasticsearch.url, topic), ...options.more?.index },
      [connectors.files]: { ...restart, ...filesSettings(hdfs, topic), ...options.more?.files },
    },
  }
  const worker = await WorkerProcess.prepare(files, await freePort())
  const workers = [worker]
  return {
    bootstrapServers,
    topic,
    connectors,
    load,
    worker,
    secondWorker: async () => {
      const second = await WorkerProcess.prepare({ ...files, dir: `${dir}-2` }, await freePort())
      workers.push(second)
      return second
    },
    topicRecords: () => readTopic(bootstrapServers, topic),
    settledProblems: async () => {
      let problems: readonly string[] = []
      const deadline = Date.now() + 90_000
      do {
        const records = await readTopic(bootstrapServers, topic)
        problems = [
          ...topicProblems(records, await load.rows()),
          ...indexProblems(records, await readIndex(elasticsearch.url, topic)),
          ...fileProblems(records, await readFiles(hdfs, `/topics/${topic}`)),
        ]
        if (problems.length > 0) await sleep(1_000)
      } while (problems.length > 0 && Date.now() < deadline)
      return problems
    },
    close: async () => {
      for (const one of workers) {
        one.thaw()
        await one.kill()
      }
    },
  }
}

function workerSettings(bootstrapServers: string, dir: string): Settings {
  return {
    'bootstrap.servers': bootstrapServers,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
    'offset.storage.file.filename': join(dir, 'offsets.dat'),
    'offset.flush.interval.ms': '500',
    'consumer.session.timeout.ms': '6000',
    'consumer.heartbeat.interval.ms': '1000',
  }
}

function sourceSettings(url: string, table: string): Settings {
  return {
    'connector.class': 'postgres',
    'connection.url': url,
    mode: 'timestamp+incrementing',
    'incrementing.column.name': 'id',
    'timestamp.column.name': 'updated_at',
    'table.include.list': `.*\\.${table}`,
    'poll.interval.ms': '100',
    'topic.prefix': 'faults.',
  }
}

function indexSettings(url: string, topic: string): Settings {
  return {
    'connector.class': 'elasticsearch',
    topics: topic,
    'connection.url': url,
    'schema.ignore': 'true',
    'behavior.on.null.values': 'delete',
  }
}

function filesSettings(hdfs: { url: string; user: string }, topic: string): Settings {
  return {
    'connector.class': 'hdfs',
    topics: topic,
    'store.url': hdfs.url,
    'webhdfs.user': hdfs.user,
    'flush.size': '300',
    'rotate.schedule.interval.ms': '1000',
  }
}

async function createTopic(
  bootstrapServers: string,
  topic: string,
  replicationFactor: number,
): Promise<void> {
  const admin = new Kafka({
    brokers: bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    clientId: 'faults',
  }).admin()
  await admin.connect()
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor }] })
  } finally {
    await admin.disconnect()
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('The system gave no port.')
  return address.port
}
