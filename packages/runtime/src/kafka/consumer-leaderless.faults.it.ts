import { type KafkaServer, ownFolder, startKafka } from '@sluice/testkit/services'
import { createKafka } from './create-kafka.ts'
import { ConsumerScene, eventually } from './testing/consumer-scene.ts'

const noLog = (): void => undefined

let kafka: KafkaServer
let scene: ConsumerScene
beforeAll(async () => {
  kafka = await startKafka({ dir: ownFolder('consumer-leaderless'), brokers: 3 })
  scene = await ConsumerScene.open(kafka)
}, 240_000)
afterAll(async () => {
  await scene.end()
  await kafka.stop()
}, 120_000)

describe('a consumer of a partition whose only replica is down', () => {
  it('starts on the other partitions at once, and on that one when its broker is back', async () => {
    const topic = scene.name()
    const replicaAssignment = kafka.brokers.map(({ nodeId }, partition) => ({
      partition,
      replicas: [nodeId],
    }))
    await scene.admin.createTopics({ topics: [{ topic, replicaAssignment }], waitForLeaders: true })
    await scene.produce(
      topic,
      Array.from({ length: 30 }, (_, i) => ({ value: `v${i}`, partition: i % 3 })),
    )
    const [, , down] = kafka.brokers
    const admin = createKafka({
      settings: { 'bootstrap.servers': kafka.bootstrapServers },
      log: { debug: noLog, info: noLog, warn: noLog, error: noLog },
    }).admin()
    await down?.kill()
    try {
      const member = scene.member({ groupId: scene.name('group'), topics: [topic] })
      member.run()
      const of = (partition: number): number =>
        member.happenings.filter((one) => one.type === 'read' && one.partition === partition).length
      await eventually(() => of(0) === 10 && of(1) === 10)
      expect(of(2)).toBe(0)
      expect([...(await admin.offsets(topic, 'latest', [0, 1]))].toSorted(([a], [b]) => a - b)).toEqual([
        [0, 10n],
        [1, 10n],
      ])
      await down?.start()
      await eventually(() => of(2) === 10)
      expect(member.values()).toHaveLength(30)
      await member.stop()
    } finally {
      await admin.close()
      await down?.start()
    }
    await scene.admin.deleteTopics({ topics: [topic] })
  }, 120_000)
})
