import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type MskBroker, type Shared, sharedServices } from '@sluice/testkit/services'
import { openKafkaClients } from '@sluice/runtime'
import { memoryLogger } from '@sluice/testkit'
import pg from 'pg'
import { MskScene } from '../../packages/aws-login/src/testing/msk-scene.ts'
import { readTopic } from './readings.ts'

const sluice = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url))
const rows = 1000

describe('a worker with nothing but the ARN of a cluster and AWS credentials', () => {
  let broker: Shared<MskBroker>
  let scene: MskScene
  let database: pg.Client
  let url = ''
  let child: ChildProcess | undefined
  beforeAll(async () => {
    const services = sharedServices()
    const [found, postgres] = await Promise.all([services.mskBroker(), services.postgres()])
    broker = found
    scene = await MskScene.open(broker)
    url = postgres.url
    database = new pg.Client(url)
    await database.connect()
  }, 300_000)
  afterAll(async () => {
    child?.kill('SIGKILL')
    await database?.end()
    await scene?.close()
  })

  it('moves a table into a topic, over several sessions', async () => {
    const table = `msk_${randomUUID().slice(0, 8)}`
    await database.query(`create table ${table} (id int primary key, name text)`)
    const insert = (from: number, to: number): Promise<unknown> =>
      database.query(`insert into ${table} select n, 'row ' || n from generate_series(${from}, ${to}) n`)
    await insert(1, rows / 2)
    scene.keys(await scene.knownKey())
    // the certificate is the broker's own here; Amazon's are trusted anyway
    const worker = {
      'msk.cluster.arn': scene.aws.arn,
      ...scene.trust,
      'offset.storage.file.filename': join(scene.folder, 'offsets.dat'),
      listeners: '',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
    }
    const connector = {
      'connector.class': 'postgres',
      'connection.url': url,
      'table.whitelist': table,
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'topic.prefix': 'msk.',
      'poll.interval.ms': '200',
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
    }
    const files = ['worker.properties', 'table.json'].map((name) => join(scene.folder, name))
    const lines = Object.entries(worker).map(([name, value]) => `${name}=${value}\n`)
    await writeFile(files[0]!, lines.join(''))
    await writeFile(files[1]!, JSON.stringify({ name: table, config: connector }))
    child = spawn(process.execPath, ['--conditions=source', sluice, 'standalone', ...files], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: process.env,
    })
    const exited = once(child, 'exit') as Promise<[number | null]>

    const topic = `msk.${table}`
    await until(topic, rows / 2)
    const { renewals } = await broker.figures('iam')
    // the session is over then, and what is idle renews nothing
    await sleep(4000)
    await insert(rows / 2 + 1, rows)
    await until(topic, rows)
    expect((await broker.figures('iam')).renewals).toBeGreaterThan(renewals)
    child.kill('SIGTERM')
    expect((await exited)[0]).toBe(0)
    const values = await readTopic(broker.listeners.plaintext, topic)
    expect(values.map(({ value }) => JSON.parse(value ?? '') as unknown)).toEqual(
      Array.from({ length: rows }, (_, index) => ({ id: index + 1, name: `row ${index + 1}` })),
    )
  }, 180_000)

  /** Waits until the topic has so many records. */
  async function until(topic: string, count: number): Promise<void> {
    const deadline = Date.now() + 90_000
    const reached = { settings: new Map([['bootstrap.servers', broker.listeners.plaintext]]), reach: {} }
    const admin = (await openKafkaClients(reached, { log: memoryLogger(), clientId: 'test' })).admin()
    try {
      while (Date.now() < deadline) {
        const isThere = (await admin.describeTopics([topic])).has(topic)
        if (isThere && ((await admin.offsets(topic, 'latest')).get(0) ?? 0n) >= count) return
        await sleep(200)
      }
      throw new Error(`${topic} has not ${count} records yet.`)
    } finally {
      await admin.close()
    }
  }
})
