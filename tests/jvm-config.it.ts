import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import pg from 'pg'
import { SluiceProcess } from './bad-input/sluice-process.ts'
import { readFiles, readIndex, readTopic } from './faults/readings.ts'

const rows = 6

/** `connect-standalone.properties` as installations have it, on the servers of the test. */
const workerProperties = (here: { readonly kafka: string; readonly folder: string }): string => `
# Brokers to begin with
bootstrap.servers=${here.kafka}

key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=true
value.converter.schemas.enable=true
# internal.key.converter=org.apache.kafka.connect.json.JsonConverter

offset.storage.file.filename=${here.folder}/connect.offsets
offset.flush.interval.ms=1000
offset.flush.timeout.ms=5000

plugin.path=/usr/share/java,/usr/share/confluent-hub-components
listeners=http://:0
producer.compression.type=gzip
consumer.max.poll.records=200
`

describe('a configuration of Kafka Connect', () => {
  const id = randomUUID().slice(0, 8)
  const table = `orders_${id}`
  const topic = `jvm-${table}`
  let folder: string
  let sluice: SluiceProcess
  let kafka: { readonly bootstrapServers: string }
  let elasticsearch: { readonly url: string }
  let hdfs: { readonly url: string; readonly user: string; readonly rpcUrl: string; readonly confDir: string }
  let database: pg.Client

  beforeAll(async () => {
    const services = sharedServices()
    const servers = await Promise.all([
      services.kafka(),
      services.postgres(),
      services.elasticsearch(),
      services.hdfs(),
    ])
    const [, postgres] = servers
    kafka = servers[0]
    elasticsearch = servers[2]
    hdfs = servers[3]
    folder = await mkdtemp(join(tmpdir(), 'sluice-jvm-config-'))
    database = new pg.Client({ connectionString: postgres.url })
    await database.connect()
    await database.query(`create table ${table} (
      id integer generated always as identity primary key, amount numeric(10,2),
      updated_at timestamp not null, note text)`)
    await database.query(
      `insert into ${table} (amount, updated_at, note)
       select n + 0.25, timestamp '2024-01-31 10:00:00.123456' + n * interval '1 s', 'row ' || n from generate_series(1, $1) n`,
      [rows],
    )
    await writeFile(
      join(folder, 'connect-standalone.properties'),
      workerProperties({ kafka: kafka.bootstrapServers, folder }),
    )
    const files = await Promise.all([
      connectorFile('source', sourceConfig(new URL(postgres.url))),
      connectorFile('elasticsearch', elasticsearchConfig()),
      connectorFile('hdfs', hdfsConfig()),
    ])
    sluice = new SluiceProcess(['standalone', 'connect-standalone.properties', ...files], folder)
  }, 240_000)

  afterAll(async () => {
    await sluice?.end()
    await database?.query(`drop table if exists ${table}`)
    await database?.end()
    if (folder) await rm(folder, { recursive: true, force: true })
  }, 60_000)

  async function connectorFile(name: string, config: Readonly<Record<string, string>>): Promise<string> {
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ name: `${name}-${id}`, config }, null, 2))
    return `${name}.json`
  }

  const sourceConfig = (postgres: URL) => ({
    'connector.class': 'io.confluent.connect.jdbc.JdbcSourceConnector',
    'tasks.max': '1',
    'connection.url': `jdbc:postgresql://${postgres.host}${postgres.pathname}`,
    'connection.user': postgres.username,
    'connection.password': postgres.password,
    'dialect.name': 'PostgreSqlDatabaseDialect',
    mode: 'timestamp+incrementing',
    'timestamp.column.name': 'updated_at',
    'incrementing.column.name': 'id',
    'schema.pattern': 'public',
    'table.whitelist': table,
    'table.types': 'TABLE',
    'validate.non.null': 'false',
    'batch.max.rows': '1000',
    'poll.interval.ms': '500',
    'db.timezone': 'UTC',
    'topic.prefix': 'jvm-',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  })

  const elasticsearchConfig = () => ({
    'connector.class': 'io.confluent.connect.elasticsearch.ElasticsearchSinkConnector',
    'tasks.max': '1',
    topics: topic,
    'connection.url': elasticsearch.url,
    'type.name': '_doc',
    'key.ignore': 'true',
    'schema.ignore': 'false',
    'behavior.on.null.values': 'ignore',
    'behavior.on.malformed.documents': 'warn',
    'max.retries': '5',
    'retry.backoff.ms': '100',
    'consumer.override.metadata.max.age.ms': '1000',
  })

  const hdfsConfig = () => ({
    'connector.class': 'io.confluent.connect.hdfs.HdfsSinkConnector',
    'tasks.max': '1',
    topics: topic,
    'store.url': hdfs.rpcUrl,
    'hadoop.conf.dir': hdfs.confDir,
    'topics.dir': `/jvm-${id}`,
    'logs.dir': '/logs',
    'flush.size': '3',
    'format.class': 'io.confluent.connect.hdfs.json.JsonFormat',
    'storage.class': 'io.confluent.connect.hdfs.storage.HdfsStorage',
    'partitioner.class': 'io.confluent.connect.storage.partitioner.DefaultPartitioner',
    'schema.compatibility': 'NONE',
    'hive.integration': 'false',
    locale: 'en',
    timezone: 'UTC',
    'consumer.override.metadata.max.age.ms': '1000',
  })

  it('brings rows into the topic as the JDBC source writes them', async () => {
    const records = await until(() => readTopic(kafka.bootstrapServers, topic), rows)
    expect(records.map(({ key }) => key)).toEqual(records.map(() => null))
    const { schema, payload } = JSON.parse(records[0]!.value!) as {
      schema: { fields: readonly { field: string; type: string; name?: string }[] }
      payload: object
    }
    expect(schema.fields.map(({ field, type, name }) => [field, type, name])).toEqual([
      ['id', 'int32', undefined],
      ['amount', 'bytes', 'org.apache.kafka.connect.data.Decimal'],
      ['updated_at', 'int64', 'org.apache.kafka.connect.data.Timestamp'],
      ['note', 'string', undefined],
    ])
    // 1.25 as the two's complement of 125, in base64
    expect(payload).toEqual({ id: 1, amount: 'fQ==', updated_at: 1_706_695_201_123, note: 'row 1' })
  }, 120_000)

  it('brings records into the index under topic, partition and offset', async () => {
    const documents = await until(() => readIndex(elasticsearch.url, topic), rows)
    const ids = documents.map((document) => document.id).toSorted()
    expect(ids).toEqual(Array.from({ length: rows }, (_, offset) => `${topic}+0+${offset}`))
    const first = documents.find((document) => document.id === `${topic}+0+0`)
    expect(first?.content).toMatchObject({ id: 1, amount: 1.25, note: 'row 1' })
  }, 120_000)

  it('brings records into files where the HDFS sink puts them', async () => {
    const files = await until(() => readFiles(hdfs, `/jvm-${id}/${topic}`), 2)
    const start = `/jvm-${id}/${topic}/partition=0/${topic}+0+`
    expect(files.map(({ path }) => path).toSorted()).toEqual([
      `${start}0000000000+0000000002.json`,
      `${start}0000000003+0000000005.json`,
    ])
    const line = JSON.parse(files.find(({ start: first }) => first === 0n)!.lines[0]!) as object
    expect(line).toEqual({ id: 1, amount: 'fQ==', updated_at: 1_706_695_201_123, note: 'row 1' })
  }, 120_000)

  it('warns about what has no effect, by name', () => {
    for (const sentence of [
      'offset.flush.timeout.ms does nothing: ',
      'plugin.path has /usr/share/java, which holds no plug-in for Node.',
      'type.name is no setting of io.confluent.connect.elasticsearch.ElasticsearchSinkConnector',
      "the setting logs.dir isn't needed",
    ]) {
      expect(sluice.logged).toContain(sentence)
    }
  })

  /** Asks until there is as much as wanted; after a while it gives what there is, for the test to say what is missing. */
  async function until<T>(read: () => Promise<readonly T[]>, count: number): Promise<readonly T[]> {
    const deadline = performance.now() + 90_000
    for (;;) {
      const found = await read().catch(() => [])
      if (found.length >= count) return found
      if (sluice.exitCode !== undefined || performance.now() > deadline) {
        throw new Error(`There are ${found.length} of ${count}.\n${sluice.logged}\n${sluice.complaint}`)
      }
      await sleep(500)
    }
  }
})
