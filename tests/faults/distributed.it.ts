import { setTimeout as sleep } from 'node:timers/promises'
import { type KafkaServer, ownFolder, startKafka } from '@sluice/testkit/services'
import { createKafka } from '../../packages/runtime/src/kafka/create-kafka.ts'
import {
  ClusterScene,
  type ClusterWorker,
} from '../../packages/runtime/src/distributed/testing/cluster-scene.ts'
import type { ConnectorStatus } from '../../packages/runtime/src/worker/views.ts'
import { type Counted, stoodStill, verdictOf } from './cluster-counts.ts'

const connectors = 40
const tasksEach = 5
const allTasks = connectors * tasksEach
const pauseMs = 500
/** More than a running task takes from one record to the next on a machine that does all this at once. */
const normalMs = 3000

let kafka: KafkaServer
let scene: ClusterScene
beforeAll(async () => {
  kafka = await startKafka({ dir: ownFolder('cluster-kafka'), brokers: 3 })
  scene = await ClusterScene.open(kafka.bootstrapServers, {
    'config.storage.replication.factor': '3',
    'offset.storage.replication.factor': '3',
    'offset.storage.partitions': '3',
    'status.storage.replication.factor': '3',
    'scheduled.rebalance.max.delay.ms': '30000',
    'session.timeout.ms': '10000',
    'heartbeat.interval.ms': '1000',
    'offset.flush.interval.ms': '2000',
  })
}, 300_000)
afterAll(async () => {
  await scene?.close()
  await kafka?.stop()
}, 120_000)

async function statuses(worker: ClusterWorker): Promise<readonly ConnectorStatus[]> {
  const { body } = await worker.call('GET', '/connectors?expand=status')
  return Object.values(body as Record<string, { status: ConnectorStatus }>).map(({ status }) => status)
}

/** Tasks that run, by worker. */
async function running(worker: ClusterWorker): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = (await statuses(worker)).flatMap(({ name, tasks }) =>
    tasks.filter(({ state }) => state === 'RUNNING').map(({ worker_id: id }) => ({ name, id })),
  )
  return new Map(
    [...Map.groupBy(all, ({ id }) => id)].map(([id, some]) => [id, some.map(({ name }) => name)]),
  )
}

async function runsEvenly(worker: ClusterWorker, workers: number): Promise<boolean> {
  const shares = [...(await running(worker)).values()]
  const counts = shares.map(({ length }) => length)
  if (shares.length !== workers || counts.reduce((a, b) => a + b, 0) !== allTasks) return false
  return Math.max(...counts) - Math.min(...counts) <= 1
}

const stops = (worker: ClusterWorker): number =>
  worker.log.join('').match(/The task is UNASSIGNED/g)?.length ?? 0
const stopsOf = (workers: readonly ClusterWorker[]): number =>
  workers.reduce((sum, one) => sum + stops(one), 0)

async function counted(): Promise<readonly Counted[]> {
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const reader = createKafka({
    settings: { 'bootstrap.servers': kafka.bootstrapServers },
    log: quiet,
  }).reader()
  const records: Counted[] = []
  try {
    await reader.readToEnd('counted', ({ key, value, timestamp }) => {
      const { n } = JSON.parse(String(Buffer.from(value!))) as { n: number }
      records.push({ key: String(Buffer.from(key!)), n, timestamp })
    })
  } finally {
    await reader.close()
  }
  return records
}

/** Kills and restarts one broker after the other until it is told to end. */
function breakBrokers(): { readonly kills: () => number; end(): Promise<void> } {
  const ending = new AbortController()
  let kills = 0
  const done = (async () => {
    while (!ending.signal.aborted) {
      const broker = kafka.brokers[kills % 3]!
      await broker.kill()
      kills += 1
      await broker.start()
      await sleep(10_000, undefined, { signal: ending.signal }).catch(() => {})
    }
  })()
  return { kills: () => kills, end: () => (ending.abort(), done) }
}

const figures: Record<string, unknown> = {}

describe('three workers with forty connectors of five tasks, one of three brokers always being killed', () => {
  it('share out the tasks evenly, in total and of each connector', async () => {
    await Promise.all([scene.add(), scene.add(), scene.add()])
    const [first] = scene.workers as [ClusterWorker]
    const topic = { topic: 'counted', 'pause.ms': String(pauseMs) }
    const creation = {
      'topic.creation.default.partitions': '3',
      'topic.creation.default.replication.factor': '3',
    }
    const startedAt = Date.now()
    for (let c = 0; c < connectors; c++) {
      await scene.until(
        async () => (await scene.connector(`c${c}`, tasksEach, { ...topic, ...creation })).status < 300,
      )
    }
    await scene.until(() => runsEvenly(first, 3), 300_000)
    figures.secondsUntilAllRan = (Date.now() - startedAt) / 1000
    for (const { name, tasks } of await statuses(first)) {
      const counts = [...Map.groupBy(tasks, ({ worker_id: id }) => id).values()].map(({ length }) => length)
      expect([name, counts.toSorted((a, b) => a - b)]).toEqual([name, [1, 2, 2]])
    }
  }, 600_000)

  it('run elsewhere after the delay what a killed worker ran, and lose nothing', async () => {
    const brokers = breakBrokers()
    const victim = scene.workers[2]!
    const others = scene.workers.slice(0, 2)
    const before = stopsOf(others)
    const killedAt = Date.now()
    await victim.end('SIGKILL')
    await scene.until(() => runsEvenly(others[0]!, 2), 300_000)
    figures.secondsUntilTasksOfAKilledWorkerRan = (Date.now() - killedAt) / 1000
    expect(stopsOf(others) - before).toBe(0)
    await brokers.end()
    figures.brokerKills = brokers.kills()
  }, 600_000)

  it('move to a worker that comes exactly its share', async () => {
    const others = scene.workers.slice(0, 2)
    const before = stopsOf(others)
    await scene.again(scene.workers[2]!)
    await scene.until(() => runsEvenly(others[0]!, 3), 300_000)
    figures.stopsForAThirdWorker = stopsOf(others) - before
    expect([66, 67]).toContain(figures.stopsForAThirdWorker)
    const now = stopsOf(scene.workers)
    await scene.add()
    await scene.until(() => runsEvenly(others[0]!, 4), 300_000)
    figures.stopsForAFourthWorker = stopsOf(scene.workers) - now
    expect(figures.stopsForAFourthWorker).toBe(50)
  }, 600_000)

  it('stand still only while they are restarted one after the other', async () => {
    const fourth = scene.workers.pop()!
    await fourth.end()
    await scene.until(() => runsEvenly(scene.workers[0]!, 3), 300_000)
    const before = await running(scene.workers[0]!)
    const fromMs = Date.now()
    for (const worker of scene.workers) {
      expect(await worker.end()).toBe(0)
      await scene.again(worker)
      await scene.until(() => runsEvenly(worker, 3), 300_000)
    }
    const untilMs = Date.now()
    await sleep(2 * normalMs)
    const after = await running(scene.workers[0]!)
    const moved = [...before].flatMap(([id, names]) => difference(names, after.get(id) ?? []))
    figures.tasksThatMovedInARollingRestart = moved.length
    figures.rollingRestartSeconds = (untilMs - fromMs) / 1000
    const records = await counted()
    figures.stoppedTaskSecondsOfARollingRestart = stoodStill(records, { fromMs, untilMs, normalMs })
    expect(moved).toEqual([])
    const verdict = verdictOf(records)
    Object.assign(figures, verdict)
    console.log(JSON.stringify(figures, undefined, 2))
    expect(verdict).toMatchObject({ tasks: allTasks, missing: 0 })
  }, 900_000)
})

/** Those of `before` that `after` has fewer of. */
function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = [...after]
  return before.filter((name) => {
    const index = left.indexOf(name)
    if (index < 0) return true
    left.splice(index, 1)
    return false
  })
}
