import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownFolder, sharedServices, startKafka } from '@sluice/testkit/services'
import { CommittedTopic } from './committed-topic.ts'
import { makeTopic, onceProblems } from './exactly-once-checks.ts'
import { TableLoad } from './load.ts'
import { freePort } from './pipeline-world.ts'
import { WorkerProcess } from './worker-process.ts'

const rounds = 6
const progress = 40

describe('an exactly-once source while each of three brokers is killed in turn', () => {
  it('gives a reader of read_committed each record once, in order', async () => {
    const kafka = await startKafka({ dir: ownFolder('three-brokers'), brokers: 3 })
    const { bootstrapServers } = kafka
    const postgres = await sharedServices().postgres()
    const id = randomUUID().slice(0, 8)
    const table = `brokers_${id}`
    const topic = `faults.${table}`
    await makeTopic(bootstrapServers, topic, 3)
    const load = new TableLoad(postgres.url, table)
    await load.create(100)
    const worker = await WorkerProcess.prepare(
      {
        dir: ownFolder('exactly-once-brokers'),
        worker: {
          'bootstrap.servers': bootstrapServers,
          'group.id': `brokers-${id}`,
          'exactly.once.source.support': 'enabled',
          'offset.storage.topic': `offsets-${id}`,
          'offset.storage.partitions': '3',
          'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
          'key.converter.schemas.enable': 'false',
          'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
          'value.converter.schemas.enable': 'false',
        },
        connectors: {
          [`source-${id}`]: {
            'connector.class': 'postgres',
            'connection.url': postgres.url,
            mode: 'incrementing',
            'incrementing.column.name': 'id',
            'table.include.list': `.*\\.${table}`,
            'poll.interval.ms': '20',
            'topic.prefix': 'faults.',
            'exactly.once.support': 'required',
            'task.restart.backoff.ms': '500',
          },
        },
      },
      await freePort(),
    )
    const committed = new CommittedTopic(bootstrapServers, topic)
    try {
      await committed.start()
      load.start()
      worker.start()
      for (let round = 0; round < rounds; round++) {
        expect(await committed.reaches(committed.records.length + progress, 120_000)).toBe(true)
        const broker = kafka.brokers[round % 3]!
        await broker.kill()
        await sleep(Math.random() * 4_000)
        await broker.start()
      }
      const rows = await load.stop()
      expect(await committed.reaches(rows.length, 180_000)).toBe(true)
      await sleep(3_000)
      expect(
        onceProblems(
          committed.records,
          rows.map((row) => row.id),
        ),
      ).toEqual([])
      process.stdout.write(`${JSON.stringify({ killed: rounds, rows: rows.length })}\n`)
    } finally {
      await committed.stop()
      await worker.kill()
      await load.stop().catch(() => {})
      await kafka.stop()
    }
  }, 900_000)
})
