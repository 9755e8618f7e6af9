import { sharedServices } from '@sluice/testkit/services'
import type { ConfigChange } from './cluster-state.ts'
import { ConfigLog } from './config-log.ts'
import { configRecord } from './config-records.ts'
import { type LeaderWriter, openLeaderWriter } from './leader-writer.ts'
import type { InternalTopic } from './internal-topic.ts'
import { LogScene } from './testing/log-scene.ts'

let scene: LogScene
beforeAll(async () => {
  scene = new LogScene((await sharedServices().kafka()).bootstrapServers)
}, 180_000)
afterAll(() => scene.end(), 60_000)

interface Worker {
  readonly configs: ConfigLog
  readonly changes: ConfigChange[]
}

async function worker(topic: InternalTopic, transactional = false): Promise<Worker> {
  const changes: ConfigChange[] = []
  const { kafka, admin, log } = scene
  const changed = (change: ConfigChange): void => void changes.push(change)
  const lead = () => leaderOf(topic, transactional)
  const configs = await scene.open(
    ConfigLog.open({ topic, kafka, admin, log, changed, lead, readCommitted: transactional }),
  )
  return { configs, changes }
}

function leaderOf(topic: InternalTopic, transactional: boolean): LeaderWriter {
  return openLeaderWriter({ kafka: scene.kafka, topic: topic.name, groupId: topic.name, transactional })
}

/** One that leads. */
async function leader(topic: InternalTopic, transactional = false): Promise<Worker> {
  const made = await worker(topic, transactional)
  await made.configs.claim(() => sessionKey)
  made.changes.length = 0
  return made
}

const sessionKey = { key: Buffer.from('k'), algorithm: 'HmacSHA256', createdAt: 7 }
const claimed = ['session-key', '{"key":"aw==","algorithm":"HmacSHA256","creation-timestamp":7}']

const settings = (value: string) => new Map([['name', value]])

describe('the config topic', () => {
  it('shows a worker what another one wrote, in the order written', async () => {
    const topic = scene.topic({ onePartition: true })
    const [one, other] = [await leader(topic), await worker(topic)]
    await one.configs.putConnector('c', settings('c'), 'PAUSED')
    await one.configs.putTasks('c', [settings('0'), settings('1')])
    await one.configs.putTarget('c', 'STARTED')
    expect(one.configs.state.connectors.get('c')).toMatchObject({ target: 'STARTED', taskCount: 2 })
    await other.configs.refresh()
    expect(other.configs.state).toEqual(one.configs.state)
    const told = [
      { type: 'connector', connector: 'c' },
      { type: 'tasks', connector: 'c' },
      { type: 'target', connector: 'c' },
    ]
    expect([one.changes, other.changes]).toEqual([told, told])
    await one.configs.removeConnector('c')
    await other.configs.refresh()
    expect(other.configs.state.connectors.size).toBe(0)
  }, 60_000)

  it('holds what Kafka Connect would have written, and gives it to a worker that comes later without telling of the past', async () => {
    const topic = scene.topic({ onePartition: true })
    const { configs } = await leader(topic)
    await configs.putConnector('c', settings('c'))
    await configs.putTasks('c', [settings('0')])
    await configs.putTaskCount('c', 1)
    await configs.putRestart({ connector: 'c', includeTasks: true, onlyFailed: false })
    await configs.putLogger('root', 'DEBUG')
    await configs.putTarget('c', 'STOPPED')
    expect(await scene.read(topic.name)).toEqual([
      claimed,
      ['connector-c', '{"properties":{"name":"c"}}'],
      ['task-c-0', '{"properties":{"name":"0"}}'],
      ['commit-c', '{"tasks":1}'],
      ['tasks-fencing-c', '{"task-count":1}'],
      ['restart-connector-c', '{"include-tasks":true,"only-failed":false}'],
      ['logger-cluster-root', '{"level":"DEBUG"}'],
      ['target-state-c', '{"state":"PAUSED","state.v2":"STOPPED"}'],
    ])
    const later = await worker(topic)
    expect(later.configs.state).toEqual(configs.state)
    expect(later.configs.state.offset).toBe(8n)
    expect(later.changes).toEqual([])
  }, 60_000)

  it('passes over what it cannot read, and says the key', async () => {
    const topic = scene.topic({ onePartition: true })
    const { configs, changes } = await worker(topic)
    await scene.write(topic.name, [
      ['connector-broken', '{"properties"'],
      ['connector-c', '{"properties":{"name":"c"}}'],
      ['no such kind', '{}'],
    ])
    await configs.refresh()
    expect([...configs.state.connectors.keys()]).toEqual(['c'])
    expect(configs.state.offset).toBe(3n)
    expect(changes).toHaveLength(1)
    const keys = scene.warnings.map(({ fields }) => (fields as { key?: string }).key)
    expect(keys).toEqual(expect.arrayContaining(['connector-broken', 'no such kind']))
  }, 60_000)

  it('is read anew where it was made anew, and shows the former state until then', async () => {
    const topic = scene.topic({ onePartition: true })
    const { configs, changes } = await leader(topic)
    await configs.putConnector('a', settings('a'))
    await configs.putConnector('b', settings('b'))
    await configs.putConnector('c', settings('c'))
    await scene.admin.deleteTopics([topic.name])
    await scene.admin.createTopics([
      { name: topic.name, partitions: 1, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
    ])
    await scene.write(topic.name, [['connector-d', '{"properties":{"name":"d"}}']])
    const names = () => [...configs.state.connectors.keys()].join()
    const seen = new Set([names()])
    while (names() !== 'd') {
      await new Promise((resolve) => setTimeout(resolve, 20))
      seen.add(names())
    }
    // never a part of either; nothing where it was read before anything was written
    expect(['a,b,c', '', 'd']).toEqual(expect.arrayContaining([...seen]))
    expect(changes).toContainEqual({ type: 'everything' })
    await configs.putConnector('e', settings('e'))
    expect([...configs.state.connectors.keys()]).toEqual(['d', 'e'])
  }, 60_000)

  it.each([
    ['plain', false],
    ['transactional', true],
  ])(
    'takes nothing of a %s leader that another one has followed: it has to claim again, and finds the tasks whole',
    async (_, transactional) => {
      const topic = scene.topic({ onePartition: true })
      const former = leaderOf(topic, transactional)
      const deposed = await leader(topic, transactional)
      await deposed.configs.putConnector('c', settings('c'))
      await deposed.configs.putTasks('c', [settings('0'), settings('1')])
      await former.write([
        configRecord.task('c', 0, settings('half')),
        configRecord.task('c', 1, settings('half')),
      ])
      const latter = await leader(topic, transactional)
      await expect(former.write([configRecord.commit('c', 2)])).rejects.toMatchObject({
        code: 'PRODUCER_FENCED',
      })
      await former.close()
      await expect(deposed.configs.putTasks('c', [])).rejects.toThrow(/Another worker leads the cluster/)
      expect(deposed.configs.isClaimed).toBe(false)
      expect(deposed.changes.at(-1)).toEqual({ type: 'given-up', isFenced: true })
      await expect(deposed.configs.removeConnector('c')).rejects.toMatchObject({ code: 'NOT_LEADER' })
      expect(latter.configs.state.connectors.get('c')?.tasks).toEqual([settings('0'), settings('1')])
      await latter.configs.putTasks('c', [settings('new')])
      await deposed.configs.claim(() => sessionKey)
      expect(deposed.configs.state.connectors.get('c')?.tasks).toEqual([settings('new')])
      await deposed.configs.putConnector('d', settings('d'))
      await expect(latter.configs.putConnector('e', settings('e'))).rejects.toMatchObject({
        code: 'PRODUCER_FENCED',
      })
    },
    60_000,
  )

  it('is not claimed by a worker that gave it up before its turn came', async () => {
    const topic = scene.topic({ onePartition: true })
    const { configs } = await leader(topic)
    const writing = configs.putConnector('c', settings('c'))
    const claiming = configs.claim(() => sessionKey)
    const outcomes = Promise.allSettled([writing, claiming])
    await configs.giveUp()
    const [, claim] = await outcomes
    expect(claim).toMatchObject({ status: 'rejected', reason: { code: 'NOT_LEADER' } })
    expect(configs.isClaimed).toBe(false)
  }, 60_000)

  it('may be written by any worker where no leader is needed', async () => {
    const topic = scene.topic({ onePartition: true })
    const { configs } = await worker(topic)
    await configs.putTarget('c', 'PAUSED')
    await configs.putLogger('root', 'DEBUG')
    expect(configs.state.loggers).toEqual(new Map([['root', 'DEBUG']]))
    await expect(configs.putConnector('c', settings('c'))).rejects.toMatchObject({ code: 'NOT_LEADER' })
  }, 60_000)
})
