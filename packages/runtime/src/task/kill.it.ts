import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedServices } from '@sluice/testkit/services'
import { createKafka } from '../kafka/create-kafka.ts'
import type { Kafka } from '../kafka/types.ts'
import type { Failpoint } from './failpoint.ts'

const program = fileURLToPath(new URL('testing/kill-subject.ts', import.meta.url))
const count = 3000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('a killed process', () => {
  let bootstrap: string
  let kafka: Kafka
  let folder: string
  let topic: string

  beforeAll(async () => {
    bootstrap = (await sharedServices().kafka()).bootstrapServers
    kafka = createKafka({ settings: { 'bootstrap.servers': bootstrap }, log: silent })
  }, 180_000)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-kill-'))
    topic = `kill-${randomUUID().slice(0, 8)}`
    const admin = kafka.admin()
    await admin.createTopics([{ name: topic, partitions: 3, replicationFactor: 1 }])
    await admin.close()
  })

  afterEach(async () => {
    const admin = kafka.admin()
    await admin.deleteTopics([topic])
    await admin.deleteGroup(`connect-${topic}-sink`).catch(() => {})
    await admin.close()
    await rm(folder, { recursive: true })
  })

  /** Runs the program until it is killed, by itself at a failpoint or by us when `done` says so. */
  async function run(how: { failpoints?: string; done?: () => Promise<boolean> }): Promise<string> {
    const child = spawn(
      process.execPath,
      ['--conditions=source', program, bootstrap, topic, folder, String(count)],
      {
        env: { ...process.env, SLUICE_FAILPOINTS: how.failpoints ?? '' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let errors = ''
    child.stderr.on('data', (text) => {
      errors += String(text)
    })
    const exited = once(child, 'exit')
    const deadline = performance.now() + 45_000
    while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
      if (await how.done?.()) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const byItself = child.signalCode === 'SIGKILL'
    child.kill('SIGKILL')
    await exited
    if (!byItself && how.failpoints !== undefined)
      throw new Error(`It was not killed at ${how.failpoints}: ${errors}`)
    return errors
  }

  const lines = async (): Promise<number[]> => {
    const text = await readFile(join(folder, 'lines'), 'utf8').catch(() => '')
    return text.split('\n').slice(0, -1).map(Number)
  }

  const numbersInTopic = async (): Promise<number[]> => {
    const reader = kafka.reader()
    const found: number[] = []
    await reader.readToEnd(topic, ({ value }) => void found.push(JSON.parse(String(value)).n))
    await reader.close()
    return found
  }

  const points: readonly `${Failpoint}:${number}`[] = [
    'before-offset-write:3',
    'after-offset-write:3',
    'before-group-commit:2',
    'after-group-commit:2',
  ]
  it.each(points)(
    'at %s loses nothing, and goes on from what it had committed',
    async (failpoints) => {
      await run({ failpoints })
      const before = new Set(await lines()).size
      expect(before).toBeLessThan(count)
      const errors = await run({ done: async () => new Set(await lines()).size === count })
      const all = Array.from({ length: count }, (_, n) => n)
      expect([...new Set(await lines())].toSorted((a, b) => a - b)).toEqual(all)
      const inTopic = await numbersInTopic()
      expect([...new Set(inTopic)].toSorted((a, b) => a - b)).toEqual(all)
      expect(inTopic.length).toBeLessThan(2 * count)
      expect(errors).not.toContain('The task failed.')
    },
    120_000,
  )
})
