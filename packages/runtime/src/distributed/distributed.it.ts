import { sharedServices } from '@sluice/testkit/services'
import { ClusterScene } from './testing/cluster-scene.ts'

let bootstrap: string
let scene: ClusterScene
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
afterEach(() => scene.close(), 30_000)

describe('a cluster of workers', () => {
  it('runs a connector on the one worker that there is, and goes on after a restart', async () => {
    scene = await ClusterScene.open(bootstrap)
    const worker = await scene.add()
    await scene.until(async () => (await scene.connector(`${scene.name}-a`, 2)).status === 201)
    const topic = `${scene.name}-a`
    await scene.until(async () => (await scene.places(topic)).filter(Boolean).length === 2)
    await scene.until(async () => ((await scene.numbers(topic)).get(`${topic}/1`)?.length ?? 0) > 20)
    expect(await worker.end()).toBe(0)
    const before = await scene.numbers(topic)
    await scene.again(worker)
    await scene.until(async () => {
      const now = await scene.numbers(topic)
      return [...before].every(([key, list]) => (now.get(key)?.length ?? 0) > list.length + 5)
    })
    for (const list of (await scene.numbers(topic)).values()) {
      expect(list.map(({ n }) => n)).toEqual(list.map((_, index) => index + 1))
    }
  }, 120_000)
})
