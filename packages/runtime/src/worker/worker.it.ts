import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { numbersIn } from '../threads/fixtures/worker-scene.ts'
import { troubledSource } from '../threads/fixtures/troubled-source.ts'
import { createWorker, type Worker } from './worker.ts'

const run = randomUUID().slice(0, 8)
let bootstrap: string
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)

async function start(): Promise<Worker> {
  const worker = createWorker({
    kafka: bootstrap,
    plugins: [troubledSource],
    settings: {
      'offset.storage.topic': `offsets-${run}`,
      'offset.storage.partitions': 1,
      'offset.storage.replication.factor': 1,
    },
  })
  await worker.start()
  return worker
}

async function untilWritten(topic: string, count: number): Promise<number[]> {
  for (let tries = 0; tries < 400; tries++) {
    const numbers = await numbersIn(bootstrap, topic).catch(() => [])
    if (numbers.length >= count) return numbers
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${topic} never held ${count} records.`)
}

describe('an embedded worker', () => {
  it('goes on where another one stopped, by the offsets in a topic', async () => {
    const topic = `embedded-${run}`
    const settings = {
      topic,
      'topic.creation.default.partitions': 1,
      'topic.creation.default.replication.factor': 1,
    }
    {
      await using worker = await start()
      await worker.connectors.put(topic, troubledSource, settings)
      await untilWritten(topic, 20)
    }
    const before = await numbersIn(bootstrap, topic)
    {
      await using worker = await start()
      await worker.connectors.put(topic, troubledSource, settings)
      await untilWritten(topic, before.length + 10)
    }
    const all = await numbersIn(bootstrap, topic)
    expect(all).toEqual(all.map((_, index) => index + 1))
  }, 90_000)
})
