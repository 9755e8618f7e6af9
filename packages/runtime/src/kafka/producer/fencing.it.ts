import { randomBytes, randomUUID } from 'node:crypto'
import { type KafkaServer, type Shared, sharedServices } from '@sluice/testkit/services'
import { KafkaScene, type Sending, textOf } from '../testing/kafka-scene.ts'

const servers: ReadonlyArray<[string, () => Promise<Shared<KafkaServer>>]> = [
  ['a broker of today', () => sharedServices().kafka()],
  ['Kafka 3.6', () => sharedServices().kafkaOld()],
]

describe.each(servers)('a transactional id without transactions on %s', (_name, server) => {
  let scene: KafkaScene
  beforeAll(async () => {
    scene = new KafkaScene({ 'bootstrap.servers': (await server()).bootstrapServers })
  }, 180_000)
  afterAll(() => scene.end(), 60_000)

  const write = async ({ producer }: Sending, topic: string, value: string, partition = 0): Promise<void> => {
    await producer.send([{ topic, partition, key: Buffer.from('k'), value: Buffer.from(value) }])
    await producer.flush()
  }
  const codes = ({ deliveries }: Sending) => deliveries.map(({ error }) => error?.code)
  const fencingId = () => `fencing-${randomUUID()}`
  const valuesIn = async (topic: string) => (await scene.read(topic)).map(({ value }) => textOf(value))

  it('lets its holder write, seen at once by a reader that waits for transactions', async () => {
    const topic = await scene.topic()
    const sending = scene.sending({}, fencingId())
    for (const value of ['a', 'b', 'c']) await write(sending, topic, value)
    expect(codes(sending)).toEqual([undefined, undefined, undefined])
    expect(await valuesIn(topic)).toEqual(['a', 'b', 'c'])
  })

  it('takes nothing of the former holder where the new one has written, and nothing at all from then on', async () => {
    const topic = await scene.topic({ partitions: 2 })
    const id = fencingId()
    const former = scene.sending({}, id)
    await write(former, topic, 'former 1')
    const latter = scene.sending({}, id)
    await write(latter, topic, 'latter 1')
    await write(former, topic, 'former 2')
    await write(former, topic, 'former 3', 1)
    await write(latter, topic, 'latter 2')
    expect(codes(former)).toEqual([undefined, 'PRODUCER_FENCED', 'PRODUCER_FENCED'])
    expect(former.deliveries.at(-1)?.error?.message).toContain('Another worker runs this task')
    expect(codes(latter)).toEqual([undefined, undefined])
    expect(await valuesIn(topic)).toEqual(['former 1', 'latter 1', 'latter 2'])
  })

  it('still takes a record of the former holder where the new one has not written: it comes before all of its own', async () => {
    const topic = await scene.topic()
    const id = fencingId()
    const former = scene.sending({}, id)
    await write(former, topic, 'former 1')
    const latter = scene.sending({}, id)
    await write(latter, await scene.topic(), 'elsewhere')
    await write(former, topic, 'former 2')
    await write(latter, topic, 'latter')
    expect(codes(former)).toEqual([undefined, undefined])
    expect(await valuesIn(topic)).toEqual(['former 1', 'former 2', 'latter'])
  })

  it('gives its holder the next epoch, and the former one none', async () => {
    const topic = await scene.topic({ configs: { 'max.message.bytes': '1000' } })
    const id = fencingId()
    const former = scene.sending({}, id)
    await write(former, topic, 'former')
    const latter = scene.sending({}, id)
    await write(latter, topic, 'latter 1')
    // after a record that the broker refuses a producer asks for another identity
    for (const sending of [latter, former]) {
      await write(sending, topic, randomBytes(2000).toString('hex'))
      await write(sending, topic, 'after it')
    }
    await write(latter, topic, 'latter 2')
    expect(codes(former)).toEqual([undefined, 'MESSAGE_TOO_LARGE', 'PRODUCER_FENCED'])
    expect(codes(latter)).toEqual([undefined, 'MESSAGE_TOO_LARGE', undefined, undefined])
    expect(await valuesIn(topic)).toEqual(['former', 'latter 1', 'after it', 'latter 2'])
  })
})
