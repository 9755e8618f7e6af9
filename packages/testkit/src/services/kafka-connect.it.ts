import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KafkaConnectServer, startKafkaConnect } from './kafka-connect.ts'
import { ownFolder, sharedServices } from './shared-services.ts'
import { versions } from './versions.ts'
import { eventually } from './waiting.ts'

const timeoutMs = 240_000

describe('Kafka Connect on the JVM', () => {
  let worker: KafkaConnectServer | undefined
  let bootstrapServers: string

  beforeAll(async () => {
    ;({ bootstrapServers } = await sharedServices().kafka())
  }, timeoutMs)

  afterEach(() => worker?.stop(), timeoutMs)

  it(
    'runs connectors distributed, and goes on with them after a stop',
    async () => {
      const dir = ownFolder('kafka-connect')
      const files = await filesIn(dir)
      worker = await startKafkaConnect({ dir, bootstrapServers })
      expect(await json('GET', '/')).toMatchObject({ version: versions.kafka })
      await writeFile(files.in, 'one\n')
      for (const connector of connectors(files)) {
        const { name, ...config } = connector
        await json('PUT', `/connectors/${name}/config`, config)
      }
      await eventually(() => fileHas(files.out, 'one\n'), { everyMs: 100, deadlineMs: 60_000 })
      await worker.stop()
      await appendFile(files.in, 'two\n')
      await worker.start()
      await eventually(() => fileHas(files.out, 'one\ntwo\n'), { everyMs: 100, deadlineMs: 60_000 })
      expect(await json('GET', '/admin/loggers')).toHaveProperty('root')
    },
    timeoutMs,
  )

  it(
    'runs connectors standalone, from files',
    async () => {
      const dir = ownFolder('kafka-connect')
      const files = await filesIn(dir)
      await writeFile(files.in, 'one\n')
      const mode = 'standalone'
      worker = await startKafkaConnect({
        dir,
        bootstrapServers,
        mode,
        connectors: connectors(files, 'alone-'),
      })
      await eventually(() => fileHas(files.out, 'one\n'), { everyMs: 100, deadlineMs: 60_000 })
    },
    timeoutMs,
  )

  async function json(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${worker?.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
})

interface Files {
  readonly in: string
  readonly out: string
}

async function filesIn(dir: string): Promise<Files> {
  await mkdir(dir, { recursive: true })
  return { in: join(dir, 'in.txt'), out: join(dir, 'out.txt') }
}

async function fileHas(file: string, text: string): Promise<void> {
  const found = await readFile(file, 'utf8')
  if (found !== text) throw new Error(`${file} has ${JSON.stringify(found)}, not ${JSON.stringify(text)}`)
}

function connectors(files: Files, prefix = ''): readonly Readonly<Record<string, string>>[] {
  const topic = `${prefix}lines`
  const create = {
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  }
  return [
    { name: `${prefix}in`, 'connector.class': 'FileStreamSource', file: files.in, topic, ...create },
    {
      name: `${prefix}out`,
      'connector.class': 'FileStreamSink',
      file: files.out,
      topics: topic,
      'consumer.override.metadata.max.age.ms': '500',
    },
  ]
}
