import { randomUUID } from 'node:crypto'
import { type KafkaServer, type Shared, sharedServices } from '@sluice/testkit/services'
import type { KafkaError } from '../types.ts'
import { KafkaScene, textOf, type TransactionSending } from '../testing/kafka-scene.ts'

/** Newest version of EndTxn: of the second protocol of transactions, and of the first. */
const servers: ReadonlyArray<[string, () => Promise<Shared<KafkaServer>>]> = [
  ['a broker of today', () => sharedServices().kafka()],
  ['Kafka 3.6', () => sharedServices().kafkaOld()],
]

describe.each(servers)('transactions on %s', (_name, server) => {
  let scene: KafkaScene
  beforeAll(async () => {
    scene = new KafkaScene({ 'bootstrap.servers': (await server()).bootstrapServers })
  }, 180_000)
  afterAll(() => scene.end(), 60_000)

  const newId = () => `transactions-${randomUUID()}`
  const send = ({ producer }: TransactionSending, topic: string, values: readonly string[], partition = 0) =>
    producer.send(values.map((value) => ({ topic, partition, key: null, value: Buffer.from(value) })))
  const committed = async (topic: string) => (await scene.committed(topic)).map(({ value }) => textOf(value))
  const opened = async (id = newId(), settings: Readonly<Record<string, string>> = {}) => {
    const sending = scene.transactions(id, settings)
    await sending.producer.init()
    return sending
  }

  it('shows what was committed and nothing of what was aborted', async () => {
    const topic = await scene.topic()
    const sending = await opened()
    for (const [values, end] of [
      [['a1', 'a2'], 'commit'],
      [['b1', 'b2'], 'abort'],
      [['c1'], 'commit'],
    ] as const) {
      sending.producer.begin()
      await send(sending, topic, values)
      await sending.producer[end]()
    }
    expect(await committed(topic)).toEqual(['a1', 'a2', 'c1'])
    expect((await scene.read(topic)).map(({ value }) => textOf(value))).toEqual([
      'a1',
      'a2',
      'b1',
      'b2',
      'c1',
    ])
    expect(sending.deliveries.flatMap(({ error }) => error ?? [])).toEqual([])
  })

  it('commits a hundred transactions over several partitions and topics, whole and in order', async () => {
    const topics = [await scene.topic({ partitions: 3 }), await scene.topic()]
    const sending = await opened()
    const sent: string[] = []
    for (let round = 0; round < 100; round++) {
      sending.producer.begin()
      for (const topic of topics) {
        const partition = topic === topics[0] ? round % 3 : 0
        const values = Array.from({ length: 50 }, (_, index) => `${topic} ${partition} ${round}-${index}`)
        sent.push(...values)
        await send(sending, topic, values, partition)
      }
      await sending.producer.commit()
    }
    const read = (await Promise.all(topics.map(committed))).flat()
    const lanes = (values: readonly string[]) =>
      Map.groupBy(values, (value) => value.split(' ').slice(0, 2).join(' '))
    expect(lanes(read)).toEqual(lanes(sent))
  }, 120_000)

  it('commits nothing at all, too', async () => {
    const sending = await opened()
    sending.producer.begin()
    await sending.producer.commit()
    sending.producer.begin()
    await sending.producer.abort()
  })

  it('holds more than one request in flight', async () => {
    const topic = await scene.topic()
    const sending = await opened(newId(), { 'batch.size': '2000' })
    const values = Array.from({ length: 20_000 }, (_, index) => String(index))
    for (const round of [0, 1]) {
      sending.producer.begin()
      await send(sending, topic, values.slice(round * 10_000, (round + 1) * 10_000))
      await sending.producer.commit()
    }
    expect(await committed(topic)).toEqual(values)
  }, 60_000)

  it('aborts what the former holder has open, and fences it', async () => {
    const topic = await scene.topic()
    const id = newId()
    const former = await opened(id)
    former.producer.begin()
    await send(former, topic, ['former 1'])
    await new Promise((resolve) => setTimeout(resolve, 200))
    const latter = await opened(id)
    await send(former, topic, ['former 2'])
    await expect(former.producer.commit()).rejects.toMatchObject({
      code: 'PRODUCER_FENCED',
      retriable: false,
    })
    latter.producer.begin()
    await send(latter, topic, ['latter'])
    await latter.producer.commit()
    expect(await committed(topic)).toEqual(['latter'])
  }, 60_000)

  it('fences producers by the ids alone', async () => {
    const topic = await scene.topic()
    const [busy, idle] = [await opened(), await opened()]
    const ids = [busy, idle].map(() => newId())
    const [one, other] = [await opened(ids[0]), await opened(ids[1])]
    one.producer.begin()
    await send(one, topic, ['never'])
    await new Promise((resolve) => setTimeout(resolve, 200))
    await scene.admin.fenceProducers([...ids, newId()])
    other.producer.begin()
    await send(other, topic, ['never'])
    await expect(one.producer.commit()).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
    await expect(other.producer.commit()).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
    busy.producer.begin()
    await send(busy, topic, ['of another id'])
    await busy.producer.commit()
    expect(await committed(topic)).toEqual(['of another id'])
  }, 60_000)

  it('takes an id over only where nobody else has it, if asked to', async () => {
    const topic = await scene.topic()
    const id = newId()
    const first = await opened(id)
    first.producer.begin()
    await send(first, topic, ['first'])
    await first.producer.commit()
    const { identity: last } = first.producer
    first.producer.begin()
    await send(first, topic, ['open'])
    await new Promise((resolve) => setTimeout(resolve, 200))

    const second = scene.transactions(id)
    await second.producer.init({ last })
    const third = scene.transactions(id)
    await expect(third.producer.init({ last })).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
    second.producer.begin()
    await send(second, topic, ['second'])
    await second.producer.commit()
    expect(await committed(topic)).toEqual(['first', 'second'])
  }, 60_000)

  it('knows its own id again after its transaction has timed out', async () => {
    const topic = await scene.topic()
    const id = newId()
    const slow = await opened(id, { 'transaction.timeout.ms': '1000' })
    slow.producer.begin()
    await send(slow, topic, ['too slow'])
    const { identity: last } = slow.producer
    // the coordinator of the testkit looks for such every second
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    const { code } = await slow.producer.commit().then(
      () => ({ code: 'none' }),
      (error: KafkaError) => error,
    )
    expect(['PRODUCER_FENCED', 'TRANSACTION_FAILED']).toContain(code)
    const next = scene.transactions(id)
    await next.producer.init({ last })
    next.producer.begin()
    await send(next, topic, ['again'])
    await next.producer.commit()
    expect(await committed(topic)).toEqual(['again'])
  }, 60_000)

  it('fails as a whole with a record that is refused, and says which one it was', async () => {
    const topic = await scene.topic({ configs: { 'max.message.bytes': '1000' } })
    const id = newId()
    const sending = await opened(id)
    sending.producer.begin()
    await send(sending, topic, ['good'])
    await send(sending, topic, ['x'.repeat(2000)])
    await send(sending, topic, ['good, too'])
    await expect(sending.producer.commit()).rejects.toMatchObject({
      code: 'TRANSACTION_FAILED',
      cause: { code: 'MESSAGE_TOO_LARGE' },
    })
    const blamed = sending.deliveries.filter(({ error }) => error?.code === 'MESSAGE_TOO_LARGE')
    expect(blamed.flatMap(({ records }) => records.map(({ value }) => textOf(value).length))).toEqual([2000])
    await sending.producer.abort()
    expect(await committed(topic)).toEqual([])
    expect(() => sending.producer.begin()).toThrow(/spent/)
  })

  it('leaves no transaction open when it is closed', async () => {
    const topic = await scene.topic()
    const sending = await opened()
    sending.producer.begin()
    await send(sending, topic, ['open'])
    await sending.producer.close()
    const other = await opened()
    other.producer.begin()
    await send(other, topic, ['other'])
    await other.producer.commit()
    // behind an open transaction it would not be seen for a minute
    expect(await committed(topic)).toEqual(['other'])
  })

  it('sends nothing outside of a transaction', async () => {
    const topic = await scene.topic()
    const sending = await opened()
    await expect(send(sending, topic, ['x'])).rejects.toThrow(/ready/)
  })
})
