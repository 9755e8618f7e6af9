import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ownFolder, sharedServices } from '@sluice/testkit/services'
import { freePort } from './pipeline-world.ts'
import { readPositions, readTopic } from './readings.ts'
import { WorkerProcess } from './worker-process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const plugins = [
  'examples/hello-source',
  'examples/hello-sink',
  'packages/runtime/src/threads/fixtures/troubled-source.ts',
]
const oneCopy = {
  'topic.creation.default.partitions': '1',
  'topic.creation.default.replication.factor': '1',
}

/** A source and a sink as a user has them: at the default settings, but that all share one thread, which is the worst case. */
describe('a source and a sink beside a connector in trouble', () => {
  const topic = `greetings-${randomUUID().slice(0, 8)}`
  const dir = ownFolder('isolation')
  const files = join(dir, 'files')
  let bootstrapServers: string
  let worker: WorkerProcess

  beforeAll(async () => {
    bootstrapServers = (await sharedServices().kafka()).bootstrapServers
    worker = await WorkerProcess.prepare(
      {
        dir,
        worker: {
          'bootstrap.servers': bootstrapServers,
          'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
          'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
          'offset.storage.file.filename': join(dir, 'offsets.dat'),
          'plugin.path': plugins.map((plugin) => join(root, plugin)).join(),
          'task.threads': '1',
        },
        connectors: {
          greetings: { 'connector.class': 'hello-source', topic, interval: '20', ...oneCopy },
          written: { 'connector.class': 'hello-sink', topics: topic, dir: files },
        },
      },
      await freePort(),
    )
    worker.start()
    await worker.untilRunning(2)
    await until(() => writtenFiles(files) > 0)
  }, 240_000)

  afterAll(() => worker?.kill(), 60_000)

  it.each(['spin', 'exit'])(
    'are back within 15 s, and REST answers within 1 s, when it does: %s',
    async (trouble) => {
      const watched = [
        longestPause(async () =>
          Number((await readPositions(bootstrapServers, { groupId: 'nobody', topic })).ends[0]),
        ),
        longestPause(async () => writtenFiles(files)),
        slowestAnswer(`${worker.restUrl}/connectors?expand=status`),
      ]
      const bad = `${worker.restUrl}/connectors/${trouble}`
      const config = { 'connector.class': 'troubled', topic: `${topic}-${trouble}`, trouble, ...oneCopy }
      await fetch(`${bad}/config`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(config),
      })
      await until(async () => (await worker.states())?.[trouble]?.[0] === 'FAILED')
      await fetch(bad, { method: 'DELETE' })
      await sleep(20_000)
      const [source, sink, rest] = await Promise.all(watched.map((watch) => watch()))
      console.log(`${trouble}: source ${source} ms, sink ${sink} ms without a record, REST ${rest} ms`)
      expect(source).toBeLessThan(15_000)
      expect(sink).toBeLessThan(15_000)
      expect(rest).toBeLessThan(1_000)
    },
    180_000,
  )

  it('have lost nothing', async () => {
    await fetch(`${worker.restUrl}/connectors/greetings/stop`, { method: 'PUT' })
    await until(async () => (await worker.states())?.['greetings']?.length === 0)
    const records = await readTopic(bootstrapServers, topic)
    await until(() => writtenFiles(files) >= records.length)
    expect(writtenFiles(files)).toBe(records.length)
    const greetings = [...new Set(records.map(({ value }) => value))]
    expect(greetings).toEqual(greetings.map((_, index) => `hello ${index + 1}`))
    expect(await worker.stop()).toBe(0)
  }, 120_000)
})

function writtenFiles(dir: string): number {
  try {
    return readdirSync(dir).length
  } catch {
    return 0
  }
}

async function until(condition: () => boolean | Promise<boolean>, ms = 90_000): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not happen within ${ms} ms.`)
    await sleep(200)
  }
}

/** Asks again and again; the function that it returns ends that, with the longest time in which the count didn't grow, in milliseconds. */
function longestPause(count: () => Promise<number>): () => Promise<number> {
  let longest = 0
  let grewAt = performance.now()
  let before = -1
  return repeated(async () => {
    const now = await count()
    if (now !== before) grewAt = performance.now()
    before = now
    longest = Math.max(longest, performance.now() - grewAt)
    return longest
  })
}

/** The same for the slowest answer. */
function slowestAnswer(url: string): () => Promise<number> {
  let slowest = 0
  return repeated(async () => {
    const askedAt = performance.now()
    await (await fetch(url)).text()
    slowest = Math.max(slowest, performance.now() - askedAt)
    return slowest
  })
}

function repeated(once: () => Promise<number>): () => Promise<number> {
  const stop = new AbortController()
  const running = (async () => {
    let last = 0
    while (!stop.signal.aborted) {
      last = await once()
      await sleep(50)
    }
    return Math.round(last)
  })()
  return async () => {
    stop.abort()
    return await running
  }
}
