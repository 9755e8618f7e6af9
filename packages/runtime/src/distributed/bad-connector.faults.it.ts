import { fileURLToPath } from 'node:url'
import { sharedServices } from '@sluice/testkit/services'
import { ClusterScene, type ClusterWorker } from './testing/cluster-scene.ts'

let scene: ClusterScene
let worker: ClusterWorker
beforeAll(async () => {
  scene = await ClusterScene.open((await sharedServices().kafka()).bootstrapServers, {
    'plugin.path': fileURLToPath(new URL('../threads/fixtures/troubled-source.ts', import.meta.url)),
    // the worst case: everything shares one thread
    'task.threads': '1',
    'task.hang.timeout.ms': '3000',
    'connector.check.timeout.ms': '3000',
  })
  worker = await scene.add()
  await scene.until(async () => (await scene.connector(`${scene.name}-well`, 2)).status < 300)
  await scene.until(async () => (await scene.numbers(`${scene.name}-well`)).size === 2)
}, 180_000)
afterAll(() => scene?.close(), 30_000)

async function troubled(name: string, trouble: string): Promise<void> {
  const more = { 'connector.class': 'troubled', trouble, after: '1' }
  expect((await scene.connector(name, 1, more)).status).toBe(201)
}

async function state(name: string): Promise<string | undefined> {
  const { connector, tasks } = await worker.status(name)
  return tasks[0]?.state ?? connector.state
}

describe('in a cluster, a connector', () => {
  it.each([
    ['spin', 'FAILED'],
    ['spin-in-split', 'FAILED'],
    ['spin-in-check', 'RUNNING'],
    ['hang', 'RUNNING'],
  ])(
    'that does: %s, says so, and is deleted while it does',
    async (trouble, shown) => {
      const name = `${scene.name}-${trouble}`
      await troubled(name, trouble)
      await scene.until(async () => (await state(name)) === shown)
      expect((await worker.call('DELETE', `/connectors/${name}`)).status).toBe(204)
      await scene.until(async () => (await worker.call('GET', `/connectors/${name}/status`)).status === 404)
    },
    60_000,
  )

  it('whose code never accepts offsets holds up no other that is written', async () => {
    const name = `${scene.name}-alter`
    await troubled(name, 'hang-in-alter')
    await scene.until(async () => (await state(name)) === 'RUNNING')
    expect((await worker.call('PUT', `/connectors/${name}/stop`)).status).toBe(204)
    await scene.until(async () => (await worker.status(name)).connector.state === 'STOPPED')
    await scene.until(async () => (await worker.status(name)).tasks.length === 0)
    const order: string[] = []
    const change = { offsets: [{ partition: { a: 1 }, offset: { n: 1 } }] }
    const altering = worker.call('PATCH', `/connectors/${name}/offsets`, change).then((answer) => {
      order.push('altered')
      return answer
    })
    expect((await scene.connector(`${scene.name}-other`, 1)).status).toBe(201)
    order.push('created')
    expect((await altering).status).toBe(500)
    expect(order).toEqual(['created', 'altered'])
  }, 60_000)

  it('has cost the others nothing', async () => {
    const topic = `${scene.name}-well`
    const before = await scene.numbers(topic)
    await scene.until(async () => {
      const now = await scene.numbers(topic)
      return [...before].every(([key, list]) => now.get(key)!.length > list.length + 5)
    })
    for (const list of (await scene.numbers(topic)).values()) {
      const found = [...new Set(list.map(({ n }) => n))].toSorted((a, b) => a - b)
      expect(found).toEqual(found.map((_, index) => index + 1))
    }
  }, 60_000)
})
