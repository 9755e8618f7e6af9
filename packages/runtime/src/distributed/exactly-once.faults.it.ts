import { sharedServices } from '@sluice/testkit/services'
import { ClusterScene, type ClusterWorker } from './testing/cluster-scene.ts'

let bootstrap: string
let scene: ClusterScene
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
afterEach(() => scene.close(), 30_000)

async function cluster(workers: number): Promise<void> {
  scene = await ClusterScene.open(bootstrap, {
    'exactly.once.source.support': 'enabled',
    'scheduled.rebalance.max.delay.ms': '0',
  })
  await Promise.all(Array.from({ length: workers }, () => scene.add()))
}

const create = (name: string, tasks: number): Promise<void> =>
  scene.until(async () => {
    const { status } = await scene.connector(name, tasks, { 'exactly.once.support': 'required' })
    return status < 300
  })

async function runs(name: string, tasks: number, seenBy?: ClusterWorker): Promise<boolean> {
  const places = await scene.places(name, seenBy)
  return places.length === tasks && places.every(Boolean)
}

const committed = (topic: string) => scene.numbers(topic, 'read_committed')

/** Waits until each of the first tasks has gone on. */
async function goOn(topic: string, tasks: number): Promise<void> {
  const before = await committed(topic)
  await scene.until(async () => {
    const now = await committed(topic)
    const keys = Array.from({ length: tasks }, (_, task) => `${topic}/${task}`)
    return keys.every((key) => (now.get(key)?.length ?? 0) > (before.get(key)?.length ?? 0) + 5)
  })
}

async function expectEachOnce(topic: string): Promise<void> {
  for (const list of (await committed(topic)).values()) {
    expect(list.map(({ n }) => n)).toEqual(list.map((_, index) => index + 1))
  }
}

describe('exactly-once sources in a cluster', () => {
  it('write each record once whatever number of tasks they are divided into', async () => {
    await cluster(2)
    const name = `${scene.name}-a`
    for (const tasks of [3, 1, 4]) {
      await create(name, tasks)
      await scene.until(() => runs(name, tasks))
      await goOn(name, tasks)
    }
    await expectEachOnce(name)
    // what former tasks left behind is fenced, and noted
    expect(scene.workers.some((worker) => worker.said('Former tasks of the connector could not'))).toBe(false)
  }, 180_000)

  it('write each record once where a worker is frozen, replaced, and comes back', async () => {
    await cluster(2)
    const name = `${scene.name}-a`
    await create(name, 4)
    await scene.until(() => runs(name, 4))
    await goOn(name, 4)
    const [frozen, other] = scene.workers as [ClusterWorker, ClusterWorker]
    frozen.signal('SIGSTOP')
    await scene.until(async () => {
      const places = await scene.places(name, other)
      return places.length === 4 && places.every((place) => place === other.id)
    })
    await goOn(name, 4)
    frozen.signal('SIGCONT')
    await scene.until(() => frozen.said('lost its seat'))
    await scene.until(async () => new Set(await scene.places(name, other)).size === 2 && runs(name, 4, other))
    await goOn(name, 4)
    await expectEachOnce(name)
  }, 180_000)

  it('go on from offsets that were set while they were stopped', async () => {
    await cluster(1)
    const [worker] = scene.workers as [ClusterWorker]
    const name = `${scene.name}-a`
    await create(name, 2)
    await scene.until(() => runs(name, 2))
    await goOn(name, 2)
    expect((await worker.call('PUT', `/connectors/${name}/stop`)).status).toBe(204)
    await scene.until(async () => (await worker.status(name)).connector.state === 'STOPPED')
    const partition = { connector: name, slice: 0 }
    const body = { offsets: [{ partition, offset: { n: 100_000 } }] }
    expect((await worker.call('PATCH', `/connectors/${name}/offsets`, body)).status).toBe(200)
    expect((await worker.call('PUT', `/connectors/${name}/resume`)).status).toBe(202)
    await goOn(name, 2)
    const numbers = await committed(name)
    expect(numbers.get(`${name}/0`)?.at(-1)?.n).toBeGreaterThan(100_000)
    const second = numbers.get(`${name}/1`) ?? []
    expect(second.map(({ n }) => n)).toEqual(second.map((_, index) => index + 1))
  }, 120_000)
})
