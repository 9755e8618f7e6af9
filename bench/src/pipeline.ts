import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWorker, type Worker } from '@sluice/runtime'
import { hdfsSink } from '@sluice/sink-hdfs'
import { postgresSource } from '@sluice/source-postgres'
import { stackDown, stackUp } from '@sluice/testkit/services'
import pg from 'pg'
import { fiveTransforms, type Settings } from './engine.ts'
import { usedMs } from './measure.ts'

/**
 * The same of whole tasks on real servers: `pnpm bench:pipeline`. One task reads a table into a topic of one partition, one writes that topic into HDFS; each
 * without transforms and with five, in turn.
 */
const rows = 400_000
const rounds = 3

const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
const services = { dir, services: ['kafka', 'postgres', 'hdfs'] as const }
try {
  const stack = await stackUp(services)
  await fillTable(stack.postgres.url)
  const worker = createWorker({
    kafka: stack.kafka.bootstrapServers,
    plugins: [postgresSource, hdfsSink],
    settings: {
      'key.converter.schemas.enable': 'false',
      'value.converter.schemas.enable': 'false',
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'offset.storage.file.filename': join(dir, 'offsets'),
    },
  })
  await worker.start()
  const rates: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [count, transforms] of [
      [0, {}],
      [5, fiveTransforms],
    ] as const) {
      const name = `bench-${count}-${round}`
      const sourceRate = await rate(worker, `from-${name}`, 'source-record-write-total', {
        'connector.class': 'postgres',
        'connection.url': stack.postgres.url,
        mode: 'incrementing',
        'incrementing.column.name': 'id',
        'table.include.list': '.*\\.orders',
        'topic.prefix': `${name}.`,
        'topic.creation.default.partitions': '1',
        'topic.creation.default.replication.factor': '1',
        ...transforms,
      })
      const sinkRate = await rate(worker, `to-${name}`, 'sink-record-send-total', {
        'connector.class': 'hdfs',
        topics: `bench-0-${round}.orders`,
        'store.url': stack.hdfs.url,
        'webhdfs.user': stack.hdfs.user,
        'flush.size': '100000',
        // where files are, a sink goes on behind them
        'topics.dir': `/${name}`,
        ...transforms,
      })
      ;(rates[`PostgreSQL to a topic, ${count}`] ??= []).push(sourceRate)
      ;(rates[`topic to HDFS, ${count}`] ??= []).push(sinkRate)
    }
  }
  await worker.stop()
  for (const [what, found] of Object.entries(rates)) console.log(what, found.map(Math.round).join(' '))
  for (const way of ['PostgreSQL to a topic', 'topic to HDFS']) {
    const [none, five] = [0, 5].map((count) => median(rates[`${way}, ${count}`]!)) as [number, number]
    console.log(`| ${way} | ${Math.round(none)} | ${Math.round(five)} | ${(five / none).toFixed(2)} |`)
  }
} finally {
  await stackDown({ ...services, remove: true })
  await rm(dir, { recursive: true, force: true })
}

async function fillTable(url: string): Promise<void> {
  const database = new pg.Client({ connectionString: url })
  await database.connect()
  await database.query(
    `create table orders (id bigint primary key, customer bigint not null, status text not null, amount numeric(12,2) not null,
     currency text not null, quantity int not null, email text not null, note text, paid boolean not null, ordered timestamptz not null)`,
  )
  await database.query(
    `insert into orders select 7000000000 + n, n * 7919 % 100000, 'paid', (n * 37 % 1000) + 0.5, 'EUR', 1 + n % 9,
     'customer-' || n * 7919 % 100000 || '@example.org', case when n % 3 > 0 then 'Please leave it with the neighbours, second floor.' end,
     n % 2 = 0, timestamptz '2026-01-01' + n * interval '1 second' from generate_series(1, $1::bigint) n`,
    [rows],
  )
  await database.end()
}

/** Records per second of the processor, of which the servers have none here, from the first tenth of them to the last, so that no start is counted. */
async function rate(worker: Worker, name: string, attribute: string, settings: Settings): Promise<number> {
  await worker.connectors.put(name, settings)
  const done = (): number => worker.figures.task(name, 0).attributes().get(attribute) ?? 0
  const until = async (count: number): Promise<{ at: number; count: number }> => {
    while (done() < count) {
      const { tasks } = worker.connectors.status(name)
      const failed = tasks.find(({ state }) => state === 'FAILED')
      if (failed) throw new Error(failed.trace)
      await sleep(5)
    }
    return { at: usedMs(), count: done() }
  }
  const first = await until(rows / 10)
  const last = await until(rows)
  await worker.connectors.delete(name)
  return ((last.count - first.count) * 1000) / (last.at - first.at)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
