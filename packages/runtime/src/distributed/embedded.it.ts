import { sharedServices } from '@sluice/testkit/services'
import { FrameProxy, type SeenFrame } from '../kafka/testing/frame-proxy.ts'
import { eventually } from '../kafka/testing/consumer-scene.ts'
import type { Worker } from '../worker/worker.ts'
import { counting, EmbeddedCluster, isHealthy, places } from './testing/embedded-cluster.ts'

let bootstrap: string
let cluster: EmbeddedCluster
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
beforeEach(() => {
  cluster = new EmbeddedCluster(bootstrap)
})
afterEach(() => cluster.close(), 60_000)

const login = { 'rest.basic.auth.user.ada': 'let me in' }

/** Of two workers the one that may not write. */
async function follower(): Promise<{ readonly worker: Worker; readonly restarts: () => number }> {
  const both = await Promise.all([cluster.add(login), cluster.add(login)])
  const isRestart = ({ message }: { readonly message: string }): boolean =>
    message === 'The task is RESTARTING.'
  const restarts = (): number => both.flatMap(({ lines }) => lines).filter(isRestart).length
  for (const { worker } of both) await eventually(() => isHealthy(worker), 60_000)
  for (const { worker } of both) {
    const refusal = await worker.connectors.here!.apply('a', new Map()).catch((error: Error) => error.name)
    if (refusal === 'NotLeader') return { worker, restarts }
  }
  throw new Error('No worker is a follower.')
}

describe('a program whose worker follows in a cluster', () => {
  it('writes by way of the leader, and knows of it then', async () => {
    const { worker, restarts } = await follower()
    const { connectors } = worker
    const settings = counting(cluster.name, 2)
    expect(await connectors.put('a b', 'counting', settings)).toMatchObject({ name: 'a b', type: 'source' })
    expect(connectors.get('a b').config).toMatchObject(settings)
    await places(worker, 'a b', 2)
    await connectors.patch('a b', new Map([['secret', 'new']]))
    expect(connectors.get('a b').config).toMatchObject({ secret: 'new' })
    await expect(connectors.put('a b', 'counting', { 'tasks.max': 'many' })).rejects.toMatchObject({
      name: 'RequestError',
      status: 400,
      message: expect.stringContaining('tasks.max'),
    })
    expect(await connectors.restart('a b', { includeTasks: true })).toMatchObject({ name: 'a b' })
    await eventually(() => restarts() === 2, 60_000)
    for (const task of [0, 1]) await connectors.restartTask('a b', task)
    await eventually(() => restarts() === 4, 60_000)
    await expect(connectors.resetOffsets('a b')).rejects.toMatchObject({ status: 400 })

    await connectors.stop('a b')
    expect(connectors.status('a b')).toMatchObject({ tasks: [] })
    const partition = { connector: 'a b', slice: 0 }
    const changed = { partition, offset: { n: 2n ** 60n } }
    await connectors.alterOffsets('a b', [changed])
    expect(await connectors.offsets('a b')).toContainEqual(changed)
    await connectors.resetOffsets('a b')
    await connectors.delete('a b')
    expect(connectors.names()).toEqual([])
    await expect(connectors.stop('a b')).rejects.toMatchObject({ status: 404 })
  }, 120_000)
})

describe('a worker of a cluster', () => {
  it('is not healthy before it has its seat, nor while the config topic or the group can not be reached', async () => {
    const proxy = await FrameProxy.start(bootstrap)
    const [listOffsets, joinGroup, heartbeat] = [2, 11, 12]
    const lose = (...keys: readonly number[]): void => {
      proxy.fateOf = ({ key }: SeenFrame) => (keys.includes(key) ? 'lost' : 'pass')
    }
    try {
      lose(joinGroup)
      const { worker } = await cluster.add({}, proxy.bootstrapServers)
      const answer = await fetch(`${worker.addresses[0]}/health`)
      expect([answer.status, await answer.json()]).toMatchObject([503, { status: 'starting' }])
      lose()
      await eventually(() => isHealthy(worker), 60_000)
      lose(listOffsets)
      expect(await worker.connectors.health?.({ timeoutMs: 1000 })).toMatchObject({
        status: 'unhealthy',
        detail: expect.stringContaining('config topic'),
      })
      lose(heartbeat, joinGroup)
      await eventually(async () => {
        const health = await worker.connectors.health?.({ timeoutMs: 200 })
        return health?.status === 'unhealthy' && health.detail?.includes('no seat') === true
      }, 60_000)
      lose()
      await eventually(() => isHealthy(worker), 60_000)
    } finally {
      lose()
      await cluster.close()
      await proxy.stop()
    }
  }, 120_000)
})
