import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import pg from 'pg'
import { SluiceProcess } from '../bad-input/sluice-process.ts'
import type { TopicRecord } from '../faults/history.ts'
import { readTopic } from '../faults/readings.ts'

const rows = 6

/** The worker allows modules of one folder, and no expressions. */
const workerProperties = (here: { readonly kafka: string; readonly folder: string }): string => `
bootstrap.servers=${here.kafka}
key.converter.schemas.enable=false
value.converter.schemas.enable=false
offset.storage.file.filename=${here.folder}/connect.offsets
offset.flush.interval.ms=1000
listeners=http://:0
javascript.transform.paths=${here.folder}/allowed
`

const module = `
export default ({ value }) => value.id % 2 === 0 && { value: { ...value, half: value.id / 2 } }
`

describe('a chain of transforms in a worker', () => {
  const id = randomUUID().slice(0, 8)
  const table = `chain_${id}`
  let folder: string
  let sluice: SluiceProcess
  let kafka: { readonly bootstrapServers: string }
  let database: pg.Client

  beforeAll(async () => {
    const services = sharedServices()
    const [broker, postgres] = await Promise.all([services.kafka(), services.postgres()])
    kafka = broker
    folder = await mkdtemp(join(tmpdir(), 'sluice-chain-'))
    database = new pg.Client({ connectionString: postgres.url })
    await database.connect()
    await database.query(
      `create table ${table} (id integer primary key, secret text, at timestamptz not null)`,
    )
    await database.query(
      `insert into ${table} select n, 's' || n, timestamptz '2024-02-29 10:00:00Z' from generate_series(1, $1) n`,
      [rows],
    )
    await writeFile(
      join(folder, 'worker.properties'),
      workerProperties({ kafka: broker.bootstrapServers, folder }),
    )
    await writeFile(join(folder, 'half.mjs'), module)
    await mkdir(join(folder, 'allowed'))
    await writeFile(join(folder, 'allowed', 'half.mjs'), module)
    const source = {
      'connector.class': 'postgres',
      'connection.url': postgres.url,
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'table.whitelist': table,
      'poll.interval.ms': '500',
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
    }
    const files = await Promise.all([
      connectorFile('good', {
        ...source,
        'topic.prefix': 'good-',
        ...chain(join(folder, 'allowed', 'half.mjs')),
      }),
      connectorFile('elsewhere', {
        ...source,
        'topic.prefix': 'elsewhere-',
        ...chain(join(folder, 'half.mjs')),
      }),
      connectorFile('expression', { ...source, 'topic.prefix': 'expression-', ...expression }),
    ])
    sluice = new SluiceProcess(['standalone', 'worker.properties', ...files], folder)
  }, 240_000)

  afterAll(async () => {
    await sluice?.end()
    await database?.query(`drop table if exists ${table}`)
    await database?.end()
    if (folder) await rm(folder, { recursive: true, force: true })
  }, 60_000)

  async function connectorFile(name: string, config: Readonly<Record<string, string>>): Promise<string> {
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ name: `${name}-${id}`, config }))
    return `${name}.json`
  }

  const chain = (path: string): Record<string, string> => ({
    transforms: 'mask,half,time,header,route',
    'transforms.mask.type': 'MaskField$Value',
    'transforms.mask.fields': 'secret',
    'transforms.mask.replacement': '***',
    'transforms.half.type': 'javascript',
    'transforms.half.path': path,
    'transforms.half.value.fields': 'half:int32',
    'transforms.time.type': 'org.apache.kafka.connect.transforms.TimestampConverter$Value',
    'transforms.time.field': 'at',
    'transforms.time.target.type': 'string',
    'transforms.time.format': 'yyyy-MM-dd',
    'transforms.header.type': 'InsertHeader',
    'transforms.header.header': 'from',
    'transforms.header.value.literal': 'shop',
    'transforms.route.type': 'RegexRouter',
    'transforms.route.regex': '(.*?)-.*',
    'transforms.route.replacement': `$1-${id}`,
  })

  const expression = {
    transforms: 'js',
    'transforms.js.type': 'javascript',
    'transforms.js.expression': 'true',
  }

  it('changes records as its transforms say, a module in JavaScript among them', async () => {
    const records = await until(() => readTopic(kafka.bootstrapServers, `good-${id}`), rows / 2)
    expect(records.map(({ value }) => JSON.parse(value!) as object)).toEqual(
      [2, 4, 6].map((n) => ({ id: n, secret: '***', at: '2024-02-29', half: n / 2 })),
    )
  }, 120_000)

  it('runs no code that the operator has not allowed', async () => {
    const refusals = [
      'transforms.js.expression is not allowed on this worker',
      'half.mjs, which is no file that the worker may run',
    ]
    for (const refusal of refusals) {
      await sluice.untilLogged(refusal, 60_000)
      expect(sluice.logged).toContain(refusal)
    }
    await expect(readTopic(kafka.bootstrapServers, `elsewhere-${id}`)).rejects.toThrow()
  }, 120_000)

  async function until(
    read: () => Promise<readonly TopicRecord[]>,
    count: number,
  ): Promise<readonly TopicRecord[]> {
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
