import { sharedServices } from '@sluice/testkit/services'
import { ensureTopic } from './logs/internal-topic.ts'
import { LogScene } from './logs/testing/log-scene.ts'
import { ClusterScene, type ClusterWorker } from './testing/cluster-scene.ts'

let bootstrap: string
let scene: ClusterScene
let topics: LogScene
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
  topics = new LogScene(bootstrap)
}, 180_000)
afterEach(() => scene.close(), 30_000)
afterAll(() => topics.end(), 30_000)

const [few, many] = [2, 4]
const before = { secret: 'before' }
const after = { secret: 'after' }

/**
 * At each point the leader has written two tasks of `few` already, when the connector was created; it is killed in the write of `many`. `left` is what
 * that write has in the topic.
 */
const points = [
  { point: 'after-connector-config:2', left: ['connector'] },
  { point: `after-task-config:${few + 2}`, left: ['connector', 'task', 'task'] },
  { point: 'before-task-commit:2', left: ['connector', 'task', 'task', 'task', 'task'] },
  { point: 'after-task-commit:2', left: ['connector', 'task', 'task', 'task', 'task', 'commit'] },
]

/** The settings of the tasks as a worker has them: each says of which write it is. */
async function tasksSeenBy(worker: ClusterWorker, name: string): Promise<readonly string[]> {
  const { body } = await worker.call('GET', `/connectors/${name}/tasks`)
  return (body as { config: Record<string, string> }[]).map(({ config }) => config['secret']!)
}

const former = Array.from({ length: few }, () => 'before')
const next = Array.from({ length: many }, () => 'after')

async function runsAll(worker: ClusterWorker, name: string): Promise<boolean> {
  const [tasks, places] = [await tasksSeenBy(worker, name), await scene.places(name, worker)]
  return String(tasks) === String(next) && places.length === many && places.every(Boolean)
}

/** What the config topic has of the connector behind its first tasks, up to whatever else comes; session keys tell of a new leader. */
async function writtenInVain(name: string): Promise<readonly string[]> {
  const records = await topics.read(`${scene.name}-configs`)
  const kinds = records.map(([key]) => {
    if (key.startsWith(`task-${name}-`)) return 'task'
    return { [`connector-${name}`]: 'connector', [`commit-${name}`]: 'commit', 'session-key': 'key' }[key]
  })
  const rest = kinds.slice(kinds.indexOf('commit') + 1)
  const end = rest.indexOf('key')
  return rest.slice(0, end < 0 ? rest.length : end).filter((kind) => kind !== undefined)
}

/** Gives the connector other settings by way of the leader, which is killed in the write and so may never answer. */
async function updateInVain(leader: ClusterWorker, name: string): Promise<void> {
  const { body } = await leader.call('GET', `/connectors/${name}/config`)
  const settings = { ...(body as object), ...after, 'tasks.max': String(many) }
  await leader.call('PUT', `/connectors/${name}/config`, settings).catch(() => {})
  await scene.until(() => leader.wasKilled)
}

describe('a leader that is killed while it writes the settings of a connector', () => {
  it.each(points)(
    'leaves the old tasks or the new ones, and the next leader completes it: $point',
    async ({ point, left }) => {
      scene = await ClusterScene.open(bootstrap, { 'scheduled.rebalance.max.delay.ms': '0' })
      const leader = await scene.add({ failpoints: point })
      const name = `${scene.name}-a`
      await scene.until(async () => (await scene.connector(name, few, before)).status < 300)
      const other = await scene.add()
      await scene.until(async () => new Set(await scene.places(name, other)).size === 2)
      expect(await tasksSeenBy(other, name)).toEqual(former)

      await updateInVain(leader, name)
      expect(await writtenInVain(name)).toEqual(left)
      const seen = new Set<string>()
      await scene.until(async () => {
        seen.add(String(await tasksSeenBy(other, name)))
        return runsAll(other, name)
      })
      expect([...seen].filter((tasks) => ![String(former), String(next)].includes(tasks))).toEqual([])
      await scene.again(leader)
      await scene.until(async () => new Set(await scene.places(name, leader)).size === 2)
      await scene.until(() => runsAll(leader, name))
    },
    180_000,
  )

  it.each(['RUNNING', 'PAUSED'])(
    'and which ran the connector too: whoever comes divides it anew where compaction has taken its tasks (%s)',
    async (state) => {
      scene = await ClusterScene.open(bootstrap, { 'scheduled.rebalance.max.delay.ms': '0' })
      const only = await scene.add({ failpoints: `after-task-config:${few + 2}` })
      const name = `${scene.name}-a`
      await scene.until(async () => (await scene.connector(name, few, before)).status < 300)
      await scene.until(async () => (await scene.places(name)).filter(Boolean).length === few)
      await updateInVain(only, name)
      const compacted = await withoutWhatCameAgain(`${scene.name}-configs`)
      if (state === 'PAUSED') await topics.write(compacted, [[`target-state-${name}`, '{"state":"PAUSED"}']])

      await scene.again(only, { 'config.storage.topic': compacted })
      await scene.until(async () => String(await tasksSeenBy(only, name)) === String(next))
      await scene.until(async () => {
        const { tasks } = await only.status(name)
        return tasks.length === many && tasks.every((task) => task.state === state)
      })
    },
    180_000,
  )
})

/** A copy of the topic with the last record of each key alone, as compaction leaves it. Resolves with its name. */
async function withoutWhatCameAgain(topic: string): Promise<string> {
  const records = await topics.read(topic)
  const copy = topics.topic({ name: `${topic}-compacted` })
  await ensureTopic(copy, topics.admin, topics.log)
  const last = new Map(records.map(([key], index) => [key, index]))
  await topics.write(
    copy.name,
    records.filter(([key], index) => last.get(key) === index),
  )
  return copy.name
}
