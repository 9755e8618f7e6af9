import { sharedServices } from '@sluice/testkit/services'
import { attributesOf, metricName } from '../telemetry/attributes.ts'
import { ClusterScene, type ClusterWorker } from './testing/cluster-scene.ts'

let bootstrap: string
let scene: ClusterScene
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
afterEach(() => scene.close(), 30_000)

async function cluster(workers: number, more: Readonly<Record<string, string>> = {}): Promise<void> {
  scene = await ClusterScene.open(bootstrap, more)
  await Promise.all(Array.from({ length: workers }, () => scene.add()))
}

async function create(
  name: string,
  tasks: number,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await scene.until(async () => (await scene.connector(name, tasks, more)).status < 300)
}

/** Whether all tasks run, and on so many workers. */
async function runs(name: string, tasks: number, workers: number, seenBy?: ClusterWorker): Promise<boolean> {
  const places = await scene.places(name, seenBy)
  return places.length === tasks && places.every(Boolean) && new Set(places).size === workers
}

/** Every number is there, and those that are there twice come back in order: none was lost. */
function expectWhole(numbers: ReadonlyMap<string, readonly { n: number }[]>): void {
  for (const list of numbers.values()) {
    const found = [...new Set(list.map(({ n }) => n))].toSorted((a, b) => a - b)
    expect(found).toEqual(found.map((_, index) => index + 1))
  }
}

const stopped = (worker: ClusterWorker): number =>
  worker.log.join('').match(/The task is UNASSIGNED/g)?.length ?? 0

/** What /metrics has of the group, all of it that the table of attributes names, and of what runs here. */
async function expectFigures(worker: ClusterWorker): Promise<void> {
  const text = await (await fetch(`http://${worker.id}/metrics`)).text()
  for (const attribute of attributesOf('connect-worker-rebalance'))
    expect(text).toContain(metricName(attribute))
  expect(text).toMatch(/^kafka_connect_worker_rebalance_completed_rebalances_total [1-9]/m)
  expect(text).toMatch(/^kafka_connect_worker_rebalance_rebalancing 0$/m)
  expect(text).toContain(`kafka_connect_worker_rebalance_leader_name{leader_name="http://${worker.id}`)
  expect(text).toMatch(/^kafka_connect_worker_connector_count 1$/m)
  expect(text).toMatch(/^kafka_connect_worker_task_count 2$/m)
}

describe('a cluster of workers', () => {
  it('runs a connector on the one worker that there is, and goes on after a restart', async () => {
    await cluster(1)
    const [worker] = scene.workers as [ClusterWorker]
    const topic = `${scene.name}-a`
    await create(topic, 2)
    await scene.until(() => runs(topic, 2, 1))
    await scene.until(async () => ((await scene.numbers(topic)).get(`${topic}/1`)?.length ?? 0) > 20)
    await expectFigures(worker)
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

  it('shares out tasks, moves only what a new worker is due, and answers alike at every worker', async () => {
    await cluster(2)
    const names = ['a', 'b'].map((one) => `${scene.name}-${one}`)
    for (const name of names) await create(name, 6)
    for (const name of names) await scene.until(() => runs(name, 6, 2))
    const before = scene.workers.map(stopped)
    const third = await scene.add()
    for (const name of names) await scene.until(() => runs(name, 6, 3))
    const moved = scene.workers.slice(0, 2).map((worker, index) => stopped(worker) - before[index]!)
    expect(moved).toEqual([2, 2])

    // all of it through a worker that may not write itself, and one that hasn't the task
    const followers = []
    for (const worker of scene.workers) if (!worker.said('"leader":"this worker"')) followers.push(worker)
    const [follower] = followers as [ClusterWorker]
    const name = names[0]!
    expect((await follower.call('PUT', `/connectors/${name}/pause`)).status).toBe(202)
    await scene.until(async () => (await third.status(name)).tasks.every(({ state }) => state === 'PAUSED'))
    expect((await follower.call('PUT', `/connectors/${name}/resume`)).status).toBe(202)
    await scene.until(() => runs(name, 6, 3))
    for (let task = 0; task < 6; task++) {
      expect((await follower.call('POST', `/connectors/${name}/tasks/${task}/restart`)).status).toBe(204)
    }
    await scene.until(() => runs(name, 6, 3))
    const levels = '/admin/loggers/org.apache.kafka.connect.example'
    expect((await follower.call('PUT', `${levels}?scope=cluster`, { level: 'DEBUG' })).status).toBe(204)
    for (const worker of scene.workers) {
      await scene.until(async () => (await worker.call('GET', levels)).status === 200)
      expect((await worker.call('GET', levels)).body).toMatchObject({ level: 'DEBUG' })
    }
    expect((await follower.call('PUT', `/connectors/${name}/stop`)).status).toBe(204)
    await scene.until(async () => {
      const { connector, tasks } = await third.status(name)
      return connector.state === 'STOPPED' && tasks.length === 0
    })
    const offsets = (await third.call('GET', `/connectors/${name}/offsets`)).body as { offsets: unknown[] }
    expect(offsets.offsets).toHaveLength(6)
    expect(await follower.call('DELETE', `/connectors/${name}/offsets`)).toMatchObject({ status: 200 })
    expect((await follower.call('DELETE', `/connectors/${name}`)).status).toBe(204)
    await scene.until(async () => (await third.call('GET', `/connectors/${name}/status`)).status === 404)
    for (const one of names) expectWhole(await scene.numbers(one))
  }, 180_000)

  it('runs what a killed worker ran elsewhere after the delay, and loses nothing', async () => {
    await cluster(3, { 'scheduled.rebalance.max.delay.ms': '3000' })
    const name = `${scene.name}-a`
    await create(name, 6)
    await scene.until(() => runs(name, 6, 3))
    await scene.until(async () => (await scene.numbers(name)).size === 6)
    // the leader, which is the worst case: another one has to take over
    const leader = scene.workers.find((worker) => worker.said('"leader":"this worker"'))!
    const others = scene.workers.filter((worker) => worker !== leader) as [ClusterWorker, ClusterWorker]
    const before = others.map(stopped)
    await leader.end('SIGKILL')
    await scene.until(() => runs(name, 6, 2, others[0]))
    expect(others.map((worker, index) => stopped(worker) - before[index]!)).toEqual([0, 0])
    const seen = await scene.numbers(name)
    await scene.until(async () => {
      const now = await scene.numbers(name)
      return [...seen].every(([key, list]) => (now.get(key)?.length ?? 0) > list.length + 5)
    })
    expectWhole(await scene.numbers(name))
  }, 180_000)

  it('keeps a worker that was frozen from writing past its successor', async () => {
    await cluster(2, { 'scheduled.rebalance.max.delay.ms': '0' })
    const name = `${scene.name}-a`
    await create(name, 2)
    await scene.until(() => runs(name, 2, 2))
    await scene.until(async () => (await scene.numbers(name)).size === 2)
    const frozen = scene.workers.find((worker) => !worker.said('"leader":"this worker"'))!
    const other = scene.workers.find((worker) => worker !== frozen)!
    frozen.signal('SIGSTOP')
    await scene.until(() => runs(name, 2, 1, other))
    const seen = (await scene.numbers(name)).size
    await scene.until(async () => {
      const now = [...(await scene.numbers(name)).values()]
      return now.length === seen && now.every((list) => list.at(-1)?.pid === other.pid)
    })
    frozen.signal('SIGCONT')
    await scene.until(() => frozen.said('lost its seat'))
    await scene.until(() => runs(name, 2, 2, other))
    expectWhole(await scene.numbers(name))
    for (const list of (await scene.numbers(name)).values()) {
      // whoever takes over goes on for good: no run of one process comes back in the middle of another's
      const runsOf = list.filter(({ pid }, index) => pid !== list[index - 1]?.pid).map(({ pid }) => pid)
      expect(runsOf.length).toBeLessThanOrEqual(3)
    }
  }, 180_000)
})
