import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import { ConfigResourceTypes } from 'kafkajs'
import pg from 'pg'
import { readFiles, readIndex } from './readings.ts'
import { createTopic, produce, type ReadRecord, readAll } from './poison-stream/letters.ts'
import { eventually, PoisonWorld, type Settings, tolerant } from './poison-stream/poison-world.ts'
import { forElasticsearch, forHdfs, goodRecords, type Poison, stream } from './poison-stream/streams.ts'

const tripping: Settings = {
  transforms: 'trip',
  'transforms.trip.type': 'Trip',
  'errors.retry.timeout': '50',
}

/** Of a sink that takes everything. */
const mending: Settings = {
  'key.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
  'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
  'header.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
  transforms: 'mend',
  'transforms.mend.type': 'Mend',
}

const ofJson: Settings = {
  'header.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'header.converter.schemas.enable': 'false',
}

describe('a stream of which one record in ten is bad, in twelve ways', () => {
  let world: PoisonWorld
  beforeAll(async () => {
    const services = sharedServices()
    await Promise.all([services.kafka(), services.postgres(), services.elasticsearch(), services.hdfs()])
    world = await PoisonWorld.start()
  }, 300_000)
  afterAll(() => world?.close(), 60_000)

  /** Every bad record is there once, as it was, with what went wrong. */
  function expectLetters(
    letters: readonly ReadRecord[],
    sent: ReturnType<typeof stream>,
    of: { topic: string; connector: string },
  ): void {
    const poison = new Map<number, Poison>()
    for (const [offset, one] of sent.entries()) if (one.poison) poison.set(offset, one.poison)
    const places = letters.map(({ headers }) => Number(headers['__connect.errors.offset']))
    expect(places.toSorted((a, b) => a - b)).toEqual([...poison.keys()])
    for (const { key, value, headers } of letters) {
      const { kind, stage, ...was } = poison.get(Number(headers['__connect.errors.offset']))!
      expect([kind, key, value]).toEqual([kind, was.key, was.value])
      expect({ kind, ...headers }).toMatchObject({
        kind,
        ...Object.fromEntries(Object.entries(was.headers!).map(([name, one]) => [name, String(one)])),
        '__connect.errors.topic': of.topic,
        '__connect.errors.partition': '0',
        '__connect.errors.connector.name': of.connector,
        '__connect.errors.task.id': '0',
        '__connect.errors.stage': stage,
        '__connect.errors.class.name': expect.stringMatching(/./),
        '__connect.errors.exception.class.name': expect.stringMatching(/./),
        '__connect.errors.exception.message': expect.stringMatching(/./),
        '__connect.errors.exception.stacktrace': expect.stringMatching(/./),
        '__sluice.errors.at': expect.stringMatching(/^20/),
      })
    }
  }

  async function replayOnce(dead: string, count: number, ...more: readonly string[]): Promise<void> {
    expect(await world.dlq('replay', dead, '--dry-run', ...more)).toContain(
      `${count} dead letters would be sent again`,
    )
    expect(await world.dlq('replay', dead, ...more)).toContain(`${count} dead letters were sent again`)
    expect(await world.dlq('replay', dead, ...more)).toContain('0 dead letters were sent again')
  }

  it('goes into Elasticsearch but for the bad ones, and those after the settings were mended', async () => {
    const { url } = await sharedServices().elasticsearch()
    const [topic, dead, connector] = [
      `poison-es-${world.id}`,
      `poison-es-${world.id}-dlq`,
      `to-index-${world.id}`,
    ]
    const properties = { kind: { type: 'keyword' }, n: { type: 'long' }, at: { type: 'date' } }
    await put(`${url}/${topic}`, { mappings: { dynamic: 'strict', properties } })
    await createTopic(world.kafka, topic)
    const sent = stream(forElasticsearch)
    await produce(world.kafka, topic, sent)
    const settings = {
      'connector.class': 'elasticsearch',
      topics: topic,
      'connection.url': url,
      'schema.ignore': 'true',
      'behavior.on.malformed.documents': 'fail',
      ...tolerant(dead),
    }
    await world.put(connector, { ...settings, ...ofJson, ...tripping })
    const bad = sent.length - goodRecords
    const letters = await eventually(
      () => world.letters(dead),
      (found) => found.length >= bad,
    )
    const documents = await eventually(
      () => readIndex(url, topic),
      (found) => found.length >= goodRecords,
    )
    expect(new Set(documents.map(({ id }) => id))).toEqual(
      new Set(Array.from({ length: goodRecords }, (_, n) => `k${n}`)),
    )
    expectLetters(letters, sent, { topic, connector })

    await put(`${url}/${topic}/_mapping`, { properties: { raw: { type: 'keyword' } } })
    // taken away first: a task that still runs with the old settings would set the same records aside again
    await world.remove(connector)
    await world.put(connector, { ...settings, ...mending, 'key.ignore': 'true' })
    await replayOnce(dead, bad)
    const all = await eventually(
      () => readIndex(url, topic),
      (found) => found.length >= sent.length,
    )
    expect(all).toHaveLength(sent.length)
    expect(await world.letters(dead)).toHaveLength(bad)
    await world.remove(connector)
  }, 120_000)

  it('goes into HDFS but for the bad ones, and those after the settings were mended', async () => {
    const hdfs = await sharedServices().hdfs()
    const [topic, dead, connector] = [
      `poison-hdfs-${world.id}`,
      `poison-hdfs-${world.id}-dlq`,
      `to-files-${world.id}`,
    ]
    await createTopic(world.kafka, topic)
    const sent = stream(forHdfs)
    await produce(world.kafka, topic, sent)
    const settings = {
      'connector.class': 'hdfs',
      topics: topic,
      'store.url': hdfs.url,
      'webhdfs.user': hdfs.user,
      'flush.size': '200',
      'rotate.schedule.interval.ms': '1000',
      ...tolerant(dead),
    }
    const byField = {
      'timestamp.extractor': 'RecordField',
      'timestamp.field': 'at',
      'rotate.interval.ms': '3600000',
    }
    await world.put(connector, { ...settings, ...ofJson, ...tripping, ...byField })
    const bad = sent.length - goodRecords
    const letters = await eventually(
      () => world.letters(dead),
      (found) => found.length >= bad,
    )
    const lines = async (): Promise<readonly string[]> =>
      (await readFiles(hdfs, `/topics/${topic}`)).flatMap((file) => file.lines)
    const written = await eventually(lines, (found) => found.length >= goodRecords)
    expect(written.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
      Array.from({ length: goodRecords }, (_, n) => n),
    )
    expectLetters(letters, sent, { topic, connector })

    await world.remove(connector)
    await world.put(connector, { ...settings, ...mending })
    await replayOnce(dead, bad)
    const all = await eventually(lines, (found) => found.length >= sent.length)
    expect(all).toHaveLength(sent.length)
    expect(await world.letters(dead)).toHaveLength(bad)
    await world.remove(connector)
  }, 120_000)

  it('comes out of PostgreSQL but for the bad ones, and those after the settings were mended', async () => {
    const postgres = await sharedServices().postgres()
    const table = `poison_${world.id}`
    const [topic, dead, connector] = [`rows.${table}`, `rows-${world.id}-dlq`, `from-table-${world.id}`]
    const rows = await insertRows(postgres.url, table)
    const settings = {
      'connector.class': 'postgres',
      'connection.url': postgres.url,
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'table.include.list': `.*\\.${table}`,
      'poll.interval.ms': '100',
      'topic.prefix': 'rows.',
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
      'topic.creation.default.max.message.bytes': '100000',
      ...tolerant(dead),
    }
    await world.put(connector, { ...settings, ...tripping })
    const bad = rows.filter(({ stage }) => stage !== '')
    const letters = await eventually(
      () => world.letters(dead),
      (found) => found.length >= bad.length,
    )
    const goodIds = rows.filter(({ stage }) => stage === '').map(({ id }) => id)
    const arrived = await eventually(
      () => readAll(world.kafka, topic),
      (found) => found.length >= goodIds.length,
    )
    expect(arrived.map(idOf)).toEqual(goodIds)
    expect(letters.map(({ headers }) => sourceId(headers)).toSorted((a, b) => a - b)).toEqual(
      bad.map(({ id }) => id),
    )
    for (const { value, headers } of letters) {
      const row = rows[sourceId(headers) - 1]!
      const { payload } = JSON.parse(String(value)) as { payload: { id: number; kind: string; body: string } }
      expect([payload.id, payload.kind, payload.body.length]).toEqual([row.id, row.kind, row.length])
      expect({ kind: row.kind, ...headers }).toMatchObject({
        kind: row.kind,
        '__sluice.source.topic': topic,
        '__connect.errors.topic': topic,
        '__connect.errors.partition': '-1',
        '__connect.errors.offset': '-1',
        '__connect.errors.connector.name': connector,
        '__connect.errors.stage': row.stage,
      })
    }
    // nothing is passed that did not arrive: a new task has nothing to do
    await world.remove(connector)
    await world.put(connector, { ...settings, ...tripping })
    await sleep(1_000)
    expect(await world.letters(dead)).toHaveLength(bad.length)

    await alterTopic(topic, 'max.message.bytes', '10000000')
    const file = await world.write(connector, settings)
    await replayOnce(dead, bad.length, '--config', file)
    const all = (await readAll(world.kafka, topic)).map(idOf)
    expect(all.toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
    await world.remove(connector)
  }, 120_000)

  async function alterTopic(topic: string, name: string, value: string): Promise<void> {
    const admin = world.kafka.admin()
    await admin.connect()
    const type = ConfigResourceTypes.TOPIC
    const resources = [{ type, name: topic, configEntries: [{ name, value }] }]
    await admin.alterConfigs({ validateOnly: false, resources })
    await admin.disconnect()
  }
})

interface Row {
  readonly id: number
  readonly kind: string
  /** Where it fails; empty: it is good. */
  readonly stage: string
  /** Of its body. */
  readonly length: number
}

/** Twelve kinds: what the transform trips over, and what brokers or the producer find too large. */
const kinds: readonly (readonly [kind: string, stage: string, length?: number])[] = [
  ['type-error', 'TRANSFORMATION'],
  ['record-error', 'TRANSFORMATION'],
  ['thrown-text', 'TRANSFORMATION'],
  ['thrown-null', 'TRANSFORMATION'],
  ['busy', 'TRANSFORMATION'],
  ['chatty', 'TRANSFORMATION'],
  ['bad-value', 'VALUE_CONVERTER'],
  ['bad-key', 'KEY_CONVERTER'],
  ['bad-header', 'HEADER_CONVERTER'],
  ['bad-topic', 'KAFKA_PRODUCE'],
  ['too-large-for-the-topic', 'KAFKA_PRODUCE', 200_000],
  ['too-large-for-the-producer', 'KAFKA_PRODUCE', 1_500_000],
]

async function insertRows(url: string, table: string): Promise<readonly Row[]> {
  const rows = Array.from({ length: goodRecords + 5 * kinds.length }, (_, index): Row => {
    const id = index + 1
    if (id % 10 !== 0) return { id, kind: 'good', stage: '', length: 20 }
    const [kind, stage, length = 20] = kinds[(id / 10) % kinds.length]!
    return { id, kind, stage, length }
  })
  const database = new pg.Client({ connectionString: url })
  await database.connect()
  try {
    await database.query(
      `create table ${table} (id bigint generated always as identity primary key, kind text not null, body text not null)`,
    )
    // hexadecimal digits that repeat nowhere: what is too large stays so when it is compressed
    await database.query(
      `insert into ${table} (kind, body)
       select kind, (select left(string_agg(md5(n || '-' || part), ''), length) from generate_series(0, length / 32) part)
       from unnest($1::text[], $2::int[]) with ordinality as rows (kind, length, n) order by n`,
      [rows.map(({ kind }) => kind), rows.map(({ length }) => length)],
    )
  } finally {
    await database.end()
  }
  return rows
}

function idOf({ value }: ReadRecord): number {
  return (JSON.parse(String(value)) as { id: number }).id
}

function sourceId(headers: ReadRecord['headers']): number {
  return (JSON.parse(headers['__sluice.source.offset']!) as { incrementing: number }).incrementing
}

async function put(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
}
