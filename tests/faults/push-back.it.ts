import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ElasticsearchServer,
  elasticsearch9Unavailable,
  ownFolder,
  sharedServices,
  startElasticsearch,
  versions,
} from '@sluice/testkit/services'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { freePort, pipelineWorld } from './pipeline-world.ts'
import { readIndex, readTopic } from './readings.ts'
import { WorkerProcess } from './worker-process.ts'

const narrow = { 'thread_pool.write.queue_size': '1', 'thread_pool.write.size': '1' }

const numbers = Array.from({ length: 600 }, (_, n) => n)
/** Out of the range of a byte, which the mapping asks for. */
const isMalformed = (n: number): boolean => n % 50 === 7
const good = numbers.filter((n) => !isMalformed(n)).map(String)
const malformed = numbers.filter(isMalformed).map(String)

describe.each([
  ['8.19', versions.elasticsearch8, undefined],
  ['9.5', versions.elasticsearch9, elasticsearch9Unavailable()],
] as const)('a pipeline into Elasticsearch %s', (_name, version, unavailable) => {
  const test = unavailable === undefined ? it : it.skip
  let node: ElasticsearchServer

  beforeAll(async () => {
    if (unavailable !== undefined) return
    node = await startElasticsearch({ dir: ownFolder('elasticsearch-narrow'), version, settings: narrow })
  }, 300_000)
  afterAll(() => node?.kill(), 60_000)

  test('loses nothing and fails no task while the server pushes back', async () => {
    const world = await pipelineWorld({
      kafka: await sharedServices().kafka(),
      elasticsearch: node,
      rows: 8_000,
      more: {
        index: {
          'tasks.max': '3',
          'batch.size': '100',
          'max.in.flight.requests': '16',
          'retry.backoff.max.ms': '1000',
        },
      },
    })
    try {
      world.worker.start()
      world.load.start()
      await world.worker.untilRunning(3)
      await sleep(5_000)
      await world.load.stop()
      expect(await world.settledProblems()).toEqual([])
      await world.worker.untilRunning(3)
      expect(await retriedDocuments(world.worker)).toBeGreaterThan(0)
      expect(await readFile(world.worker.logFile, 'utf8')).not.toContain('The task failed.')
    } finally {
      await world.close()
    }
  }, 300_000)

  test('sets documents aside that do not fit the mapping, and only those', async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    const dir = ownFolder('worker')
    const id = randomUUID().slice(0, 8)
    const [dead, logged] = [`dead-${id}`, `logged-${id}`]
    const worker = await WorkerProcess.prepare(
      {
        dir,
        worker: {
          'bootstrap.servers': bootstrapServers,
          'offset.storage.file.filename': join(dir, 'offsets.dat'),
          'offset.flush.interval.ms': '500',
        },
        connectors: {
          [dead]: {
            ...indexSettings(node.url, dead),
            'errors.tolerance': 'all',
            'errors.deadletterqueue.topic.name': `${dead}.letters`,
            'errors.deadletterqueue.topic.replication.factor': '1',
          },
          [logged]: { ...indexSettings(node.url, logged), 'behavior.on.malformed.documents': 'warn' },
        },
      },
      await freePort(),
    )
    try {
      for (const topic of [dead, logged]) {
        await createIndex(node.url, topic)
        await produceNumbers(bootstrapServers, topic)
      }
      worker.start()
      for (const topic of [dead, logged]) await untilIndexed(node.url, topic)
      await worker.untilRunning(2)
      expect(await worker.stop()).toBe(0)

      const letters = await readTopic(bootstrapServers, `${dead}.letters`)
      expect(sorted(letters.map(({ key }) => key!))).toEqual(sorted(malformed))
      expect(letters.every(({ key, value }) => value === document(Number(key)))).toBe(true)
      expect(sorted(await namedInLog(worker.logFile, logged))).toEqual(sorted(malformed))
    } finally {
      await worker.kill()
    }
  }, 180_000)
})

function indexSettings(url: string, topic: string): Readonly<Record<string, string>> {
  return {
    'connector.class': 'elasticsearch',
    topics: topic,
    'connection.url': url,
    'schema.ignore': 'true',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
  }
}

function document(n: number): string {
  return JSON.stringify({ size: isMalformed(n) ? 1000 : n % 100 })
}

async function createIndex(url: string, index: string): Promise<void> {
  const answer = await fetch(`${url}/${index}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mappings: { properties: { size: { type: 'byte' } } } }),
  })
  if (!answer.ok) throw new Error(`The index ${index} could not be made: ${await answer.text()}`)
}

async function produceNumbers(bootstrapServers: string, topic: string): Promise<void> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  const [admin, producer] = [
    kafka.admin(),
    kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }),
  ]
  await Promise.all([admin.connect(), producer.connect()])
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 1 }] })
    await producer.send({ topic, messages: numbers.map((n) => ({ key: `${n}`, value: document(n) })) })
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}

/** Waits for the last of the good ones, then says what is there. */
async function untilIndexed(url: string, index: string): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const ids = (await readIndex(url, index)).map((one) => one.id)
    if (ids.length < good.length && Date.now() < deadline) {
      await sleep(500)
      continue
    }
    expect(sorted(ids)).toEqual(sorted(good))
    return
  }
}

async function retriedDocuments(worker: WorkerProcess): Promise<number> {
  const text = await (await fetch(`${worker.restUrl}/metrics`)).text()
  const values = [...text.matchAll(/^sluice_documents_retried_total\{.*\} (\d+)$/gm)]
  return values.reduce((sum, [, value]) => sum + Number(value), 0)
}

/** The ids of documents that a connector's warnings name. */
async function namedInLog(logFile: string, connector: string): Promise<string[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.startsWith('{'))
  return lines
    .map((line) => JSON.parse(line) as { connector?: string; msg: string; document?: string })
    .filter((line) => line.connector === connector && line.msg.includes('refused a document'))
    .map((line) => String(line.document))
}

function sorted(names: readonly string[]): string[] {
  return names.toSorted((a, b) => Number(a) - Number(b))
}
