import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownFolder, sharedServices } from '@sluice/testkit/services'
import { CommittedTopic } from './committed-topic.ts'
import { makeTopic, onceProblems } from './exactly-once-checks.ts'
import { TableLoad } from './load.ts'
import { freePort } from './pipeline-world.ts'
import { WorkerProcess } from './worker-process.ts'

const rounds = 20
/** More than the source reads in a poll, so that a fault hits records on their way. */
const progress = 40

describe('an exactly-once source whose workers are killed and frozen twenty times', () => {
  it('gives a reader of read_committed each record once, in order', async () => {
    const services = sharedServices()
    const [{ bootstrapServers }, postgres] = await Promise.all([services.kafka(), services.postgres()])
    const id = randomUUID().slice(0, 8)
    const table = `once_${id}`
    const topic = `faults.${table}`
    await makeTopic(bootstrapServers, topic, 1)
    const load = new TableLoad(postgres.url, table)
    await load.create(100)
    const dir = ownFolder('exactly-once')
    const files = (name: string) => ({
      dir: `${dir}/${name}`,
      worker: {
        'bootstrap.servers': bootstrapServers,
        'group.id': `once-${id}`,
        'exactly.once.source.support': 'enabled',
        'offset.storage.topic': `offsets-${id}`,
        'offset.storage.replication.factor': '1',
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
    })
    // two machines with the same configuration; which of them runs the task changes
    const workers = [
      await WorkerProcess.prepare(files('a'), await freePort()),
      await WorkerProcess.prepare(files('b'), await freePort()),
    ]
    let [current, other] = workers as [WorkerProcess, WorkerProcess]
    const committed = new CommittedTopic(bootstrapServers, topic)
    const done = { killed: 0, frozen: 0, replaced: 0, deposed: 0 }
    try {
      await committed.start()
      load.start()
      current.start()
      for (let round = 0; round < rounds; round++) {
        // half of the faults come without a pause, at a worker that starts
        const settles = round % 2 === 0
        const seen = committed.records.length
        if (settles) expect(await committed.reaches(seen + progress, 60_000)).toBe(true)
        else await sleep(Math.random() * 2_500)
        const kind = ['kill', 'freeze', 'replace'][round % 3]
        if (kind === 'kill') {
          done.killed++
          await current.kill()
          current.start()
        } else if (kind === 'freeze') {
          done.frozen++
          current.freeze()
          await sleep(200 + Math.random() * 2_000)
          current.thaw()
        } else {
          done.replaced++
          current.freeze()
          other.start()
          const before = committed.records.length
          expect(await committed.reaches(before + progress, 90_000)).toBe(true)
          current.thaw()
          await sleep(Math.random() * 3_000)
          const states = await current.states()
          if (states?.[`source-${id}`]?.[0] === 'FAILED') done.deposed++
          await current.kill()
          ;[current, other] = [other, current]
        }
      }
      const rows = await load.stop()
      expect(await committed.reaches(rows.length, 120_000)).toBe(true)
      // what came twice would come now
      await sleep(3_000)
      expect(
        onceProblems(
          committed.records,
          rows.map((row) => row.id),
        ),
      ).toEqual([])
      expect(rows.length).toBeGreaterThan(1_000)
      expect(await current.stop()).toBe(0)
      process.stdout.write(`${JSON.stringify({ ...done, rows: rows.length })}\n`)
    } finally {
      await committed.stop()
      for (const worker of workers) {
        worker.thaw()
        await worker.kill()
      }
      await load.stop().catch(() => {})
    }
  }, 900_000)
})
