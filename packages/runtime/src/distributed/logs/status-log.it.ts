import { sharedServices } from '@sluice/testkit/services'
import { StatusLog } from './status-log.ts'
import type { StoredStatus } from './status-records.ts'
import { LogScene } from './testing/log-scene.ts'

let scene: LogScene
beforeAll(async () => {
  scene = new LogScene((await sharedServices().kafka()).bootstrapServers)
}, 180_000)
afterAll(() => scene.end(), 60_000)

const by = (workerId: string, generation: number, state: StoredStatus['state'] = 'RUNNING') => ({
  state,
  workerId,
  generation,
})

async function twoWorkers() {
  const topic = scene.topic({ setting: 'status.storage.topic', holds: 'states', partitions: 5 })
  const { kafka, admin, log } = scene
  const open = () => scene.open(StatusLog.open({ topic, kafka, admin, log }))
  return { topic, one: await open(), other: await open() }
}

describe('the status topic', () => {
  it('shows every worker the states that others wrote', async () => {
    const { one, other } = await twoWorkers()
    one.putConnector('c', by('one', 1))
    one.putTask('c', 0, { ...by('one', 1, 'FAILED'), trace: 'Error: no', version: '1' })
    other.putTask('c', 1, by('other', 1))
    other.putTopic({ topic: 't', connector: 'c', task: 1, discoveredAt: 5 })
    await Promise.all([one.flush(), other.flush()])
    await one.flush()
    expect(one.connector('c')).toEqual(by('one', 1))
    expect(one.tasks('c')).toEqual(
      new Map<number, StoredStatus>([
        [0, { ...by('one', 1, 'FAILED'), trace: 'Error: no', version: '1' }],
        [1, by('other', 1)],
      ]),
    )
    expect([...one.topics('c').keys()]).toEqual(['t'])
    one.removeTopics('c')
    one.removeConnector('c')
    await one.flush()
    await other.flush()
    expect([other.connectors(), other.tasks('c').size, other.topics('c').size]).toEqual([[], 0, 0])
  }, 60_000)

  it('keeps a worker that is behind from writing over a later generation, where it asks for that', async () => {
    const { one, other } = await twoWorkers()
    other.putTask('c', 0, by('other', 8))
    await other.flush()
    await one.flush()
    one.putTask('c', 0, by('one', 7, 'UNASSIGNED'), { safe: true })
    await one.flush()
    expect(one.tasks('c').get(0)).toEqual(by('other', 8))
    one.putTask('c', 0, by('one', 9, 'FAILED'), { safe: true })
    await one.flush()
    expect(one.tasks('c').get(0)).toEqual(by('one', 9, 'FAILED'))
  }, 60_000)

  it('ends with the latest of many states of one task, and a topic told of often is written once', async () => {
    const { topic, one } = await twoWorkers()
    for (let generation = 1; generation <= 50; generation++) {
      one.putTask('c', 0, by('one', generation))
      one.putTopic({ topic: 't', connector: 'c', task: 0, discoveredAt: generation })
    }
    await one.flush()
    one.putTopic({ topic: 't', connector: 'c', task: 0, discoveredAt: 99 })
    await one.flush()
    expect(one.tasks('c').get(0)).toEqual(by('one', 50))
    const written = await scene.read(topic.name)
    expect(written.filter(([key]) => key.startsWith('status-topic')).length).toBeLessThan(3)
  }, 60_000)
})
