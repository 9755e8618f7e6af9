import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson, stringifyJson } from '@sluice/template'
import {
  type KafkaConnectServer,
  ownFolder,
  sharedServices,
  startKafkaConnect,
} from '@sluice/testkit/services'
import { eventually } from '../../kafka/testing/consumer-scene.ts'
import { keyBytes, parseKey } from '../../offsets/offset-key.ts'
import { ConfigLog } from './config-log.ts'
import { type ConfigRecord, configRecord, readConfigRecord } from './config-records.ts'
import { openLeaderWriter } from './leader-writer.ts'
import type { KeyedRecord } from './record-writer.ts'
import { StatusLog } from './status-log.ts'
import {
  readStatusRecord,
  type StatusRecord,
  statusKey,
  statusRecord,
  topicRecord,
} from './status-records.ts'
import { LogScene } from './testing/log-scene.ts'

const startMs = 240_000
const waitMs = 60_000

let scene: LogScene
let worker: KafkaConnectServer
let folder: string
beforeAll(async () => {
  const { bootstrapServers } = await sharedServices().kafka()
  scene = new LogScene(bootstrapServers)
  folder = ownFolder('jvm-bytes')
  await mkdir(folder, { recursive: true })
  const settings = { 'exactly.once.source.support': 'enabled' }
  worker = await startKafkaConnect({ dir: folder, bootstrapServers, settings })
}, startMs)
afterAll(async () => {
  await worker.stop()
  await scene.end()
}, startMs)

describe('what Kafka Connect keeps in its topics', () => {
  it(
    'is what is read and written here, byte for byte, and it takes back what was written here',
    async () => {
      await operate()
      await worker.stop()
      const [configs, statuses, offsets] = await Promise.all([
        scene.read(topic('config')),
        scene.read(topic('status')),
        scene.read(topic('offset')),
      ])
      expect(configs.map(again)).toEqual(configs)
      expect(statuses.map(statusAgain)).toEqual(statuses)
      expect(offsets.length).toBeGreaterThan(0)
      expect(offsets.map(offsetAgain)).toEqual(offsets)
      const kinds = new Set(configs.map(([key, value]) => readConfigRecord(key, bytes(value)).type))
      expect([...kinds].toSorted()).toEqual([
        'commit',
        'connector',
        'fencing',
        'logger',
        'restart',
        'session-key',
        'target',
        'task',
      ])
      await writeHere()
      await worker.start()
      await eventually(async () => (await status('ours'))?.connector.state === 'STOPPED', waitMs)
      expect(await get('/connectors/ours/config')).toEqual(ours.config)
      await eventually(async () => (await status('lines'))?.connector.state === 'PAUSED', waitMs)
    },
    2 * startMs,
  )
})

const ours = {
  name: 'ours',
  config: { name: 'ours', 'connector.class': 'FileStreamSink', topics: 'a "b"\\é' },
}

/** Everything that makes the JVM's worker write. */
async function operate(): Promise<void> {
  const file = join(folder, 'in.txt')
  await writeFile(file, 'one\n')
  await call('PUT', '/connectors/lines/config', {
    'connector.class': 'FileStreamSource',
    file,
    topic: 'jvm-bytes',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
    note: 'tabs\t"quotes" \\ é \u{1f600} \u0001',
  })
  await eventually(async () => (await scene.read(topic('offset'))).length > 0, waitMs)
  await call('PUT', '/connectors/broken/config', {
    'connector.class': 'FileStreamSink',
    topics: 't',
    file: '/no/such',
  })
  await eventually(async () => JSON.stringify((await status('broken')) ?? '').includes('FAILED'), waitMs)
  await call('PUT', '/connectors/lines/pause')
  await call('PUT', '/connectors/lines/resume')
  await call('POST', '/connectors/broken/restart?includeTasks=true&onlyFailed=false')
  await call('PUT', '/connectors/broken/stop')
  await call('PUT', '/admin/loggers/org.apache.kafka.connect.runtime.WorkerInfo?scope=cluster', {
    level: 'ERROR',
  })
  await call('PUT', '/connectors/lines/topics/reset')
  await call('DELETE', '/connectors/broken')
}

/** As a worker here would, in the JVM's own topics. */
async function writeHere(): Promise<void> {
  const { kafka, admin, log } = scene
  const state = { partitions: 1, replicationFactor: 1, configs: {} }
  const configTopic = {
    ...state,
    name: topic('config'),
    setting: 'config.storage.topic',
    holds: 'configurations',
  }
  const configs = await scene.open(
    ConfigLog.open({
      topic: { ...configTopic, onePartition: true },
      kafka,
      admin,
      log,
      changed: () => undefined,
      lead: () =>
        openLeaderWriter({
          kafka,
          topic: configTopic.name,
          groupId: worker.settings['group.id'] ?? '',
          transactional: true,
        }),
    }),
  )
  const statusTopic = { ...state, name: topic('status'), setting: 'status.storage.topic', holds: 'states' }
  const statuses = await scene.open(StatusLog.open({ topic: statusTopic, kafka, admin, log }))
  expect([...configs.state.connectors.keys()]).toEqual(['lines'])
  expect(configs.state.connectors.get('lines')).toMatchObject({
    target: 'STARTED',
    taskCount: 1,
    fencedTaskCount: 1,
  })
  expect(statuses.connectors()).toEqual(['lines'])
  expect([...statuses.tasks('lines').keys()]).toEqual([0])
  await configs.claim((known) => known ?? { key: Buffer.alloc(32), algorithm: 'HmacSHA256', createdAt: 0 })
  await configs.putConnector('ours', new Map(Object.entries(ours.config)), 'STOPPED')
  await configs.putTarget('lines', 'PAUSED')
  await Promise.all([configs.close(), statuses.close()])
}

function again([key, value]: readonly [string, string | null]): readonly [string, string | null] {
  return texts(configAgain(readConfigRecord(key, bytes(value))))
}

function configAgain(record: ConfigRecord): KeyedRecord {
  switch (record.type) {
    case 'connector':
      return configRecord.connector(record.connector, record.settings)
    case 'target':
      return configRecord.target(record.connector, record.target)
    case 'task':
      return configRecord.task(record.connector, record.task, record.settings)
    case 'commit':
      return configRecord.commit(record.connector, record.tasks)
    case 'fencing':
      return configRecord.fencing(record.connector, record.tasks)
    case 'restart':
      return configRecord.restart(record)
    case 'session-key':
      return configRecord.sessionKey(record.sessionKey)
    case 'logger':
      return configRecord.logger(record.namespace, record.level)
  }
}

function statusAgain([key, value]: readonly [string, string | null]): readonly [string, string | null] {
  const record: StatusRecord = readStatusRecord(key, bytes(value))
  switch (record.type) {
    case 'connector':
      return texts(statusRecord(statusKey.connector(record.connector), record.status))
    case 'task':
      return texts(statusRecord(statusKey.task(record.connector, record.task), record.status))
    case 'topic':
      return texts(topicRecord(record.connector, record.topic, record.use))
  }
}

function offsetAgain([key, value]: readonly [string, string | null]): readonly [string, string | null] {
  const parsed = parseKey(Buffer.from(key))
  if (parsed === undefined) throw new Error(`No offset's key: ${key}`)
  return [
    String(keyBytes(parsed.connector, parsed.partition)),
    value === null ? null : stringifyJson(parseJson(value)),
  ]
}

function texts({ key, value }: KeyedRecord): readonly [string, string | null] {
  return [String(key), value && String(value)]
}

function bytes(value: string | null): Buffer | null {
  return value === null ? null : Buffer.from(value)
}

function topic(kind: 'config' | 'status' | 'offset'): string {
  return worker.settings[`${kind}.storage.topic`] ?? ''
}

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${worker.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

const get = (path: string): Promise<unknown> => call('GET', path)

/** Undefined while there is none. */
async function status(connector: string): Promise<Status | undefined> {
  return (await get(`/connectors/${connector}/status`).catch(() => undefined)) as Status | undefined
}

interface Status {
  readonly connector: { readonly state: string }
}
