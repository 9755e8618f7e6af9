import { type KafkaServer, ownFolder, startKafka } from '@sluice/testkit/services'
import { KafkaScene, textOf } from '../testing/kafka-scene.ts'

const keys = 30

describe('KafkaProducer on three brokers', () => {
  let kafka: KafkaServer
  let scene: KafkaScene
  beforeAll(async () => {
    kafka = await startKafka({ dir: ownFolder('three-brokers'), brokers: 3 })
    scene = new KafkaScene({ 'bootstrap.servers': kafka.bootstrapServers, 'request.timeout.ms': '5000' })
  }, 240_000)
  afterAll(async () => {
    await scene.end()
    await kafka.stop()
  }, 120_000)

  it('delivers every record once and in order while each broker in turn is killed and comes back', async () => {
    const topic = await scene.topic({ partitions: 3, replicationFactor: 3 })
    const { producer, deliveries } = scene.sending({ 'batch.size': '4000' })
    const over = new AbortController()
    const faults = async () => {
      for (const broker of kafka.brokers) {
        await broker.kill()
        await new Promise((resolve) => setTimeout(resolve, 3000))
        await broker.start()
        await kafka.start()
      }
    }
    const ended = faults().finally(() => over.abort())
    const sent = new Map<string, string[]>()
    let number = 0
    while (!over.signal.aborted) {
      const records = Array.from({ length: 200 }, () => {
        number += 1
        const key = `key-${number % keys}`
        const values = sent.get(key) ?? []
        values.push(String(number))
        sent.set(key, values)
        return { topic, key: Buffer.from(key), value: Buffer.from(String(number)) }
      })
      await producer.send(records)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await ended
    await producer.flush()
    expect(deliveries.filter(({ error }) => error)).toEqual([])
    const arrived = Map.groupBy(await scene.read(topic), ({ key }) => textOf(key))
    for (const [key, values] of sent) {
      expect(arrived.get(key)?.map(({ value }) => textOf(value))).toEqual(values)
    }
  }, 300_000)
})
