import { sharedServices } from '@sluice/testkit/services'
import { ensureTopic } from './internal-topic.ts'
import { LogScene } from './testing/log-scene.ts'

let scene: LogScene
beforeAll(async () => {
  scene = new LogScene((await sharedServices().kafka()).bootstrapServers)
}, 180_000)
afterAll(() => scene.end(), 60_000)

describe('a topic for the state of workers', () => {
  it('is made with what its settings say, compacted whatever they say', async () => {
    const topic = scene.topic({
      partitions: 3,
      configs: { 'segment.bytes': '1048576', 'cleanup.policy': 'delete' },
    })
    await ensureTopic(topic, scene.admin, scene.log)
    const configs = await scene.admin.topicConfigs(topic.name)
    expect([configs.get('cleanup.policy'), configs.get('segment.bytes')]).toEqual(['compact', '1048576'])
    expect((await scene.admin.describeTopics([topic.name])).get(topic.name)?.partitions).toHaveLength(3)
  }, 60_000)

  it('is left as it is where it is there and right, and made as brokers do by -1', async () => {
    const topic = scene.topic({ partitions: -1, replicationFactor: -1 })
    await ensureTopic(topic, scene.admin, scene.log)
    await ensureTopic({ ...topic, partitions: 7, configs: { 'segment.bytes': '1' } }, scene.admin, scene.log)
    expect((await scene.admin.describeTopics([topic.name])).size).toBe(1)
  }, 60_000)

  it('is made once where many want it at once', async () => {
    const topic = scene.topic({ onePartition: true })
    await Promise.all(Array.from({ length: 5 }, () => ensureTopic(topic, scene.admin, scene.log)))
    expect((await scene.admin.describeTopics([topic.name])).get(topic.name)?.partitions).toHaveLength(1)
  }, 60_000)

  it('is refused where it would be deleted with time, or has partitions it must not have', async () => {
    const [deleted, wide] = [scene.topic(), scene.topic({ onePartition: true })]
    const policies = { 'cleanup.policy': 'compact,delete' }
    await scene.admin.createTopics([
      { name: deleted.name, partitions: 1, replicationFactor: 1, configs: policies },
      { name: wide.name, partitions: 2, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
    ])
    await expect(ensureTopic(deleted, scene.admin, scene.log)).rejects.toThrow(
      /cleanup\.policy=compact,delete and must have compact.*kafka-configs --alter/s,
    )
    await expect(ensureTopic(wide, scene.admin, scene.log)).rejects.toThrow(
      /\(config\.storage\.topic\).*has 2 partitions and must have 1/s,
    )
  }, 60_000)

  it('that cannot be made says which setting to change', async () => {
    const topic = scene.topic({ replicationFactor: 9 })
    await expect(ensureTopic(topic, scene.admin, scene.log)).rejects.toThrow(
      /Set config\.storage\.replication\.factor to at most the number of brokers/,
    )
    const wrong = scene.topic({ configs: { 'segment.bytes': 'many' } })
    await expect(ensureTopic(wrong, scene.admin, scene.log)).rejects.toThrow(
      /Look at config\.storage\.segment\.bytes/,
    )
  }, 60_000)
})
