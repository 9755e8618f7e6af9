import { randomUUID } from 'node:crypto'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KafkaConnectServer, ownFolder, sharedServices } from '@sluice/testkit/services'
import { Kafka, logLevel } from 'kafkajs'
import { readTopic } from '../faults/readings.ts'
import { ask, change, type Cluster, jvmTurn, sluiceTurn, type Turn, until } from './worker-pair.ts'

const timeoutMs = 400_000
const id = randomUUID().slice(0, 8)
const topic = `moved-lines-${id}`
const classes = 'org.apache.kafka.connect.file.FileStream'

/** A connector of a class that Sluice has nothing for. */
const foreign = { 'connector.class': 'org.example.ForeignConnector', name: 'foreign' }

/** As Kafka Connect's JDBC source and Debezium have written them, for connectors that nobody runs now. */
const foreignOffsets: readonly (readonly [key: string, value: string])[] = [
  ['["old-jdbc",{"protocol":"1","table":"public.orders"}]', '{"incrementing":9007199254740993}'],
  [
    '["old-jdbc",{"protocol":"1","table":"public.items"}]',
    '{"timestamp_nanos":123456000,"incrementing":9223372036854775807,"timestamp":1764000000123}',
  ],
  [
    '["old-debezium",{"server":"shop"}]',
    '{"transaction_id":null,"lsn_proc":9007199254740995,"messageType":"INSERT","lsn_commit":9007199254740995,"lsn":9007199254740997,"txId":771,"ts_usec":1764000000123456}',
  ],
]

describe('a cluster of Kafka Connect that moves', () => {
  let cluster: Cluster
  let input: string
  let output: string
  let jvm: KafkaConnectServer & Turn
  let turn: Turn | undefined
  let written = 0

  beforeAll(async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    const dir = ownFolder('migration')
    await mkdir(dir, { recursive: true })
    input = join(dir, 'in.txt')
    output = join(dir, 'out.txt')
    cluster = {
      dir,
      bootstrapServers,
      settings: { 'group.id': `moved-${id}`, 'offset.flush.interval.ms': '500' },
    }
  }, timeoutMs)

  afterAll(async () => {
    await turn?.stop()
    await jvm?.kill()
  }, 60_000)

  const linesTo = (last: number): string[] => Array.from({ length: last }, (_, n) => `line ${n + 1}`)

  async function write(count: number): Promise<void> {
    const lines = linesTo(written + count).slice(written)
    written += count
    await appendFile(input, lines.map((line) => `${line}\n`).join(''))
  }

  async function outputHasAll(): Promise<void> {
    await until(`${written} lines have arrived`, async () => {
      const lines = (await readFile(output, 'utf8')).split('\n').length - 1
      if (lines < written) throw new Error(`${lines} have`)
      return true
    })
    expect(await readFile(output, 'utf8')).toBe(
      linesTo(written)
        .map((line) => `${line}\n`)
        .join(''),
    )
  }

  async function hasState(of: Turn, name: string, state: string): Promise<void> {
    await until(`${name} is ${state}`, async () => {
      const status = (await ask(of, 'GET', `/connectors/${name}/status`)) as Status
      if (status.connector.state === state && status.tasks.every((task) => task.state === state)) return true
      throw new Error(JSON.stringify(status))
    })
  }

  const configs = async (of: Turn): Promise<Record<string, object>> => {
    const all = (await ask(of, 'GET', '/connectors?expand=info')) as Record<
      string,
      { info: { config: object } }
    >
    return Object.fromEntries(Object.entries(all).map(([name, { info }]) => [name, info.config]))
  }

  it(
    'goes on in Sluice from its topics, and back on the JVM, with no line lost or repeated',
    async () => {
      jvm = await jvmTurn(cluster)
      await write(100)
      await createConnectors(jvm, { input, output })
      await outputHasAll()
      await change(jvm, 'PUT', '/connectors/paused/pause')
      await change(jvm, 'PUT', '/connectors/stopped/stop')
      await hasState(jvm, 'paused', 'PAUSED')
      await hasState(jvm, 'stopped', 'STOPPED')
      await produce(jvm.settings['offset.storage.topic']!, foreignOffsets)
      const before = await configs(jvm)
      await write(50)
      await jvm.stop()
      await produce(jvm.settings['config.storage.topic']!, [
        ['connector-foreign', JSON.stringify({ properties: foreign })],
      ])
      await write(50)

      const sluice = await sluiceTurn(cluster, jvm)
      turn = sluice
      expect(await configs(sluice)).toEqual({ ...before, foreign })
      await hasState(sluice, 'in', 'RUNNING')
      await hasState(sluice, 'out', 'RUNNING')
      await hasState(sluice, 'paused', 'PAUSED')
      await hasState(sluice, 'stopped', 'STOPPED')
      await hasState(sluice, 'foreign', 'FAILED')
      await outputHasAll()
      await write(100)
      await outputHasAll()
      await change(sluice, 'DELETE', '/connectors/foreign')
      await change(sluice, 'DELETE', '/connectors/paused')
      await change(sluice, 'PUT', '/connectors/stopped/resume')
      await hasState(sluice, 'stopped', 'RUNNING')
      await change(sluice, 'PATCH', '/connectors/in/config', { 'batch.size': '1000' })
      await hasState(sluice, 'in', 'RUNNING')
      await write(50)
      const after = await configs(sluice)
      await sluice.stop()
      turn = undefined
      await write(50)

      await jvm.start()
      await hasState(jvm, 'in', 'RUNNING')
      await hasState(jvm, 'stopped', 'RUNNING')
      expect(await configs(jvm)).toEqual(after)
      await outputHasAll()
      await write(50)
      await outputHasAll()
      const topicLines = (await readTopic(cluster.bootstrapServers, topic)).map(({ value }) => value)
      expect(topicLines).toEqual(linesTo(written))
      await jvm.stop()
      const offsets = new Map(
        (await readTopic(cluster.bootstrapServers, jvm.settings['offset.storage.topic']!)).map(
          ({ key, value }) => [key, value],
        ),
      )
      expect(foreignOffsets.map(([key]) => [key, offsets.get(key)])).toEqual(foreignOffsets)
    },
    timeoutMs,
  )

  async function produce(to: string, records: readonly (readonly [string, string])[]): Promise<void> {
    const kafka = new Kafka({ brokers: cluster.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic: to, messages: records.map(([key, value]) => ({ key, value })) })
    await producer.disconnect()
  }
})

interface Status {
  readonly connector: { readonly state: string }
  readonly tasks: readonly { readonly state: string }[]
}

async function createConnectors(
  jvm: Turn,
  { input, output }: { readonly input: string; readonly output: string },
): Promise<void> {
  const source = {
    'connector.class': `${classes}SourceConnector`,
    file: input,
    topic,
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  }
  const sink = {
    'connector.class': `${classes}SinkConnector`,
    file: output,
    topics: topic,
    'consumer.override.metadata.max.age.ms': '500',
  }
  const others = { ...sink, file: '/dev/null' }
  const connectors = { in: source, out: sink, paused: others, stopped: others }
  for (const [name, config] of Object.entries(connectors)) {
    await change(jvm, 'PUT', `/connectors/${name}/config`, config)
  }
}
