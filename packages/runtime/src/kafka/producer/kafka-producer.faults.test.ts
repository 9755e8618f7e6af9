import fc from 'fast-check'
import { type Fate, FakeBroker } from '../testing/fake-broker.ts'
import { numbers, ProducerScene } from '../testing/producer-scene.ts'

const retriable = [2, 3, 5, 6, 7, 19, 20, 56]
const renewing = [59, 47]
const refused = [29, 32, 44]

/** What becomes of the nth batch that the broker sees; mostly nothing out of the ordinary. */
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Fate>('normal') },
  { weight: 2, arbitrary: fc.constant<Fate>('lost') },
  { weight: 2, arbitrary: fc.constant<Fate>('unanswered') },
  { weight: 3, arbitrary: fc.constantFrom(...retriable).map((error) => ({ error })) },
  { weight: 1, arbitrary: fc.constantFrom(...renewing, ...refused).map((error) => ({ error })) },
)

/** No number stands for two records, and none of a producer id that was given up is used again. */
function checkNumbers(broker: FakeBroker): void {
  const records = new Map<string, string>()
  for (const { partition, producerId, sequence, values } of broker.seen) {
    for (const [index, value] of values.entries()) {
      const number = `${partition} ${producerId} ${sequence + index}`
      expect(records.get(number) ?? value).toBe(value)
      records.set(number, value)
    }
  }
}

describe('KafkaProducer under any faults', () => {
  it('delivers once and in order, settles each record once, and never lies about it', async () => {
    const fates = fc.array(fate, { minLength: 5, maxLength: 120 })
    const batchSize = fc.constantFrom('0', '110', '300')
    await fc.assert(
      fc.asyncProperty(fates, batchSize, async (plan, size) => {
        const broker = await FakeBroker.start({ orders: 3 })
        broker.fateOf = (batch, index) => {
          const planned = plan[index] ?? 'normal'
          // A broker that has the batch knows it again before it looks for the producer id.
          const isKnown = broker.log(batch.topic, batch.partition).values.includes(batch.values[0] ?? '')
          return isKnown && typeof planned === 'object' && renewing.includes(planned.error)
            ? 'normal'
            : planned
        }
        const scene = new ProducerScene(broker, { 'batch.size': size })
        const values = numbers(60)
        const partitions = [0, 1, 2]
        try {
          for (const partition of partitions) {
            await scene.send(
              values.map((value) => `${partition}-${value}`),
              { partition, batch: true },
            )
          }
          await scene.producer.flush()
          checkNumbers(broker)
          const failed = new Set(scene.failed.map(({ value }) => value))
          expect(failed.size + scene.delivered.length).toBe(180)
          expect(new Set([...failed, ...scene.delivered]).size).toBe(180)
          for (const partition of partitions) {
            const sent = values.map((value) => `${partition}-${value}`)
            const { values: log } = broker.log('orders', partition)
            // What was refused after an answer to it had been lost may be there, yet reported as failed.
            expect(log.filter((value) => !failed.has(value))).toEqual(
              sent.filter((value) => !failed.has(value)),
            )
          }
        } finally {
          await scene.producer.close({ timeoutMs: 100 })
          await broker.stop()
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})
