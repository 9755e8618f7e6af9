import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedServices } from '@sluice/testkit/services'
import { Kafka, logLevel } from 'kafkajs'
import { type Example, errorsPage } from './bad-input/errors-page.ts'
import { SluiceProcess } from './bad-input/sluice-process.ts'

describe('docs/ERRORS.md', () => {
  let bootstrapServers: string
  let folder: string
  let stands: readonly (readonly [inDocs: string, here: string])[]

  beforeAll(async () => {
    const services = sharedServices()
    const [kafka, postgres, elasticsearch] = await Promise.all([
      services.kafka(),
      services.postgres(),
      services.elasticsearch(),
    ])
    bootstrapServers = kafka.bootstrapServers
    stands = [
      ['127.0.0.1:9092', bootstrapServers],
      ['127.0.0.1:5432', new URL(postgres.url).host],
      ['127.0.0.1:9200', new URL(elasticsearch.url).host],
      ['127.0.0.1:8083', `127.0.0.1:${await freePort()}`],
      ['127.0.0.1:9099', `127.0.0.1:${await freePort()}`],
      ['shop.', `shop-${randomUUID().slice(0, 8)}.`],
    ]
  }, 240_000)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-errors-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  const here = (text: string): string =>
    stands.reduce((all, [inDocs, real]) => all.replaceAll(inDocs, real), text)
  const inDocs = (text: string): string =>
    stands.reduce((all, [shown, real]) => all.replaceAll(real, shown), text)

  async function prepare({ files, topics }: Example): Promise<void> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), here(text))
    for (const [topic, values] of Object.entries(topics)) await produce(here(topic), values)
  }

  it.each(errorsPage().map((example) => [example.title, example] as const))(
    'says what is really said: %s',
    async (_, example) => {
      await prepare(example)
      const sluice = new SluiceProcess(example.command, folder)
      try {
        if (example.exitCode === undefined) await sluice.untilLogged(here(example.said), 40_000)
        else await sluice.ended(40_000)
        expect(sluice.exitCode).toBe(example.exitCode)
      } finally {
        await sluice.end()
      }
      if (example.exitCode === undefined) expect(inDocs(sluice.logged)).toContain(example.said)
      else expect(inDocs(sluice.complaint)).toBe(example.said)
    },
    90_000,
  )

  async function produce(topic: string, values: readonly string[]): Promise<void> {
    const kafka = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING })
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
    await admin.disconnect()
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic, messages: values.map((value) => ({ key: '"k"', value })) })
    await producer.disconnect()
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A server on TCP has a port.')
  return address.port
}
