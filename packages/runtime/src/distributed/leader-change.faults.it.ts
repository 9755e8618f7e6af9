import { sharedServices } from '@sluice/testkit/services'
import { ClusterScene, type ClusterWorker } from './testing/cluster-scene.ts'

let bootstrap: string
let scene: ClusterScene
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
afterEach(() => scene.close(), 30_000)

/** What a worker knows of a connector: how many tasks it may have, and where those that it has run. */
async function seenBy(worker: ClusterWorker, name: string) {
  const { body } = await worker.call('GET', `/connectors/${name}/config`)
  const places = await scene.places(name, worker)
  return { max: Number((body as Record<string, string>)['tasks.max']), places }
}

const runsAll = async (worker: ClusterWorker, name: string, tasks: number): Promise<boolean> => {
  const { max, places } = await seenBy(worker, name)
  return max === tasks && places.length === tasks && places.every(Boolean)
}

describe('a leader that is frozen with a write at hand', () => {
  it('writes nothing past its successor, says so, and all workers have the same whole configuration', async () => {
    scene = await ClusterScene.open(bootstrap, { 'scheduled.rebalance.max.delay.ms': '0' })
    await Promise.all([scene.add(), scene.add()])
    const name = `${scene.name}-a`
    await scene.until(async () => (await scene.connector(name, 2)).status < 300)
    await scene.until(() => runsAll(scene.workers[0]!, name, 2))
    const frozen = scene.workers.find((worker) => worker.said('"leader":"this worker"'))!
    const other = scene.workers.find((worker) => worker !== frozen)!
    const config = (await other.call('GET', `/connectors/${name}/config`)).body as Record<string, string>
    const put = (worker: ClusterWorker, tasks: number) =>
      worker.call('PUT', `/connectors/${name}/config`, { ...config, 'tasks.max': String(tasks) })

    frozen.signal('SIGSTOP')
    // who asks gives up after a while: then it may have been written or not
    const late = put(frozen, 5).catch(() => ({ status: 0 }))
    await scene.until(() => other.said('"leader":"this worker"'))
    await scene.until(async () => (await put(other, 3)).status === 200)
    await scene.until(() => runsAll(other, name, 3))
    frozen.signal('SIGCONT')
    // it may have heard by then who leads, and handed the request over
    const answer = await late
    const { status } = answer
    if (![0, 200, 409].includes(status)) throw new Error(`Answered ${JSON.stringify(answer)}`)
    const counts = status === 0 ? [3, 5] : [status === 200 ? 5 : 3]
    for (const worker of [other, frozen]) {
      await scene.until(async () => {
        const { max } = await seenBy(worker, name)
        return counts.includes(max) && runsAll(worker, name, max)
      })
    }
  }, 180_000)
})
