import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type KafkaServer, ownFolder, startKafka } from '@sluice/testkit/services'
import { createKafka } from '../kafka/create-kafka.ts'

const program = fileURLToPath(new URL('testing/kill-subject.ts', import.meta.url))
const count = 20_000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('tasks whose Kafka goes away', () => {
  let server: KafkaServer
  let folder: string
  beforeAll(async () => {
    server = await startKafka({ dir: ownFolder('kafka') })
    folder = await mkdtemp(join(tmpdir(), 'sluice-outage-'))
  }, 180_000)
  afterAll(async () => {
    await server?.kill()
    if (folder) await rm(folder, { recursive: true })
  }, 60_000)

  const lines = async (): Promise<Set<number>> => {
    const text = await readFile(join(folder, 'lines'), 'utf8').catch(() => '')
    return new Set(text.split('\n').slice(0, -1).map(Number))
  }
  const until = async (holds: () => Promise<boolean>, ms: number): Promise<void> => {
    const deadline = performance.now() + ms
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error('It did not come to that.')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  it('go on by themselves when it is back, and have lost nothing', async () => {
    const kafka = createKafka({ settings: { 'bootstrap.servers': server.bootstrapServers }, log: silent })
    const admin = kafka.admin()
    await admin.createTopics([{ name: 'numbers', partitions: 3, replicationFactor: 1 }])
    await admin.close()
    const subject = spawn(
      process.execPath,
      ['--conditions=source', program, server.bootstrapServers, 'numbers', folder, String(count)],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let errors = ''
    subject.stderr.on('data', (text) => {
      errors += String(text)
    })
    const exited = once(subject, 'exit')
    try {
      await until(async () => (await lines()).size > 500, 60_000)
      await server.kill()
      expect((await lines()).size).toBeLessThan(count)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      await server.start()
      await until(async () => (await lines()).size === count, 90_000)
    } catch (cause) {
      throw new Error(`${(await lines()).size} of ${count} numbers came. ${errors}`, { cause })
    } finally {
      subject.kill('SIGKILL')
      await exited
    }
    expect(errors).not.toContain('The task failed.')
  }, 240_000)
})
