import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { schemaRegistryUnavailable, sharedServices } from '@sluice/testkit/services'
import pg from 'pg'
import { SluiceProcess } from './bad-input/sluice-process.ts'
import { readIndex } from './faults/readings.ts'

const unavailable = schemaRegistryUnavailable()
const possible = unavailable === undefined ? describe : describe.skip

possible(
  `a table that changes, by way of Avro ${unavailable === undefined ? '' : `(${unavailable})`}`,
  () => {
    const id = randomUUID().slice(0, 8)
    const table = `evolving_${id}`
    const topic = `avro-${table}`
    let folder: string
    let sluice: SluiceProcess
    let database: pg.Client
    let registry: { readonly url: string }
    let elasticsearch: { readonly url: string }

    beforeAll(async () => {
      const services = sharedServices()
      const [kafka, postgres, index, schemas] = await Promise.all([
        services.kafka(),
        services.postgres(),
        services.elasticsearch(),
        services.schemaRegistry(),
      ])
      registry = schemas
      elasticsearch = index
      for (const role of ['key', 'value']) await setLevel(`${topic}-${role}`, 'BACKWARD')
      database = new pg.Client({ connectionString: postgres.url })
      await database.connect()
      await database.query(
        `create table ${table} (id integer primary key, amount integer not null, note text)`,
      )
      await database.query(`insert into ${table} select n, n * 10, 'row ' || n from generate_series(1, 3) n`)
      // an index can't widen a field; that is no matter of converters
      await fetch(`${elasticsearch.url}/${topic}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ mappings: { properties: { amount: { type: 'long' } } } }),
      })
      folder = await mkdtemp(join(tmpdir(), 'sluice-evolution-'))
      const avro = (role: string): string =>
        `${role}.converter=io.confluent.connect.avro.AvroConverter\n${role}.converter.schema.registry.url=${registry.url}\n`
      await writeFile(
        join(folder, 'worker.properties'),
        `bootstrap.servers=${kafka.bootstrapServers}\n${avro('key')}${avro('value')}
offset.storage.file.filename=${folder}/offsets\noffset.flush.interval.ms=500\nlisteners=http://:0\n`,
      )
      await connectorFile('source', {
        'connector.class': 'postgres',
        'connection.url': postgres.url,
        mode: 'incrementing',
        'incrementing.column.name': 'id',
        'table.whitelist': table,
        'poll.interval.ms': '200',
        'topic.prefix': 'avro-',
        'topic.creation.default.partitions': '1',
        'topic.creation.default.replication.factor': '1',
      })
      await connectorFile('sink', {
        'connector.class': 'elasticsearch',
        topics: topic,
        'connection.url': elasticsearch.url,
        'consumer.override.metadata.max.age.ms': '500',
      })
      sluice = new SluiceProcess(['standalone', 'worker.properties', 'source.json', 'sink.json'], folder)
    }, 300_000)

    afterAll(async () => {
      await sluice?.end()
      await database?.query(`drop table if exists ${table}`)
      await database?.end()
      if (folder) await rm(folder, { recursive: true, force: true })
    }, 60_000)

    async function connectorFile(name: string, config: Readonly<Record<string, string>>): Promise<void> {
      await writeFile(join(folder, `${name}.json`), JSON.stringify({ name: `${name}-${id}`, config }))
    }

    async function setLevel(subject: string, compatibility: string): Promise<void> {
      await fetch(`${registry.url}/config/${subject}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ compatibility }),
      })
    }

    /** The documents once there are so many, by id. */
    async function documents(count: number): Promise<readonly unknown[]> {
      const deadline = performance.now() + 60_000
      for (;;) {
        const found = await readIndex(elasticsearch.url, topic).catch(() => [])
        if (found.length >= count) {
          return found.map(({ content }) => content as { id: number }).toSorted((a, b) => a.id - b.id)
        }
        if (sluice.exitCode !== undefined || performance.now() > deadline) {
          throw new Error(`There are ${found.length} of ${count}.\n${sluice.logged}\n${sluice.complaint}`)
        }
        await sleep(200)
      }
    }

    async function versions(): Promise<unknown> {
      return (await fetch(`${registry.url}/subjects/${topic}-value/versions`)).json()
    }

    it('brings its rows through', async () => {
      expect((await documents(3))[2]).toEqual({ id: 3, amount: 30, note: 'row 3' })
      expect(await versions()).toEqual([1])
    }, 120_000)

    it('brings a column that was added', async () => {
      await database.query(`alter table ${table} add column extra text`)
      await database.query(`insert into ${table} values (4, 40, 'row 4', 'more')`)
      expect((await documents(4))[3]).toEqual({ id: 4, amount: 40, note: 'row 4', extra: 'more' })
      expect(await versions()).toEqual([1, 2])
    }, 120_000)

    it('brings a column that was widened', async () => {
      await database.query(`alter table ${table} alter column amount type bigint`)
      await database.query(`insert into ${table} values (5, 5000000000, 'row 5', 'more')`)
      expect((await documents(5))[4]).toMatchObject({ id: 5, amount: 5_000_000_000 })
      expect(await versions()).toEqual([1, 2, 3])
    }, 120_000)

    it('goes on without a column that was dropped', async () => {
      await database.query(`alter table ${table} drop column note`)
      await database.query(`insert into ${table} values (6, 60, 'more')`)
      expect((await documents(6))[5]).toEqual({ id: 6, amount: 60, extra: 'more' })
      expect(await versions()).toEqual([1, 2, 3, 4])
    }, 120_000)

    it('stops where readers could not follow, and says which field and what to do', async () => {
      await database.query(`alter table ${table} alter column amount type text`)
      await database.query(`insert into ${table} values (7, 'seventy', 'more')`)
      await sluice.untilLogged('refuses a new version', 60_000)
      expect(sluice.logged).toMatch(
        new RegExp(
          `subject ${topic}-value.*The field amount was int64 and is string now.*PUT /config/${topic}-value`,
        ),
      )
    }, 120_000)
  },
)
