import { FakeBroker } from '../testing/fake-broker.ts'
import { numbers, ProducerScene } from '../testing/producer-scene.ts'

/** The producer against a broker in this process, for the faults that a real one can't be made to show. */
describe('KafkaProducer', () => {
  let broker: FakeBroker
  const scenes: ProducerScene[] = []
  const scene = (settings?: Readonly<Record<string, string>>, fencingId?: string): ProducerScene => {
    const made = new ProducerScene(broker, settings, fencingId)
    scenes.push(made)
    return made
  }

  beforeEach(async () => {
    broker = await FakeBroker.start({ orders: 3 })
  })
  afterEach(async () => {
    for (const { producer } of scenes.splice(0)) await producer.close({ timeoutMs: 100 })
    await broker.stop()
  })

  it('delivers every record once, in order, with the offsets of the broker', async () => {
    const { producer, delivered, offsets, ...it } = scene()
    await scenes[0]?.send(numbers(50))
    await producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(50))
    expect(delivered).toEqual(numbers(50))
    expect(offsets).toEqual(numbers(50).map((_, index) => BigInt(index)))
    expect(it.failed).toEqual([])
  })

  it('has several requests in flight, but one until the first is acknowledged', async () => {
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(30), { batch: true })
    await one.producer.flush()
    expect(broker.maxInFlight).toBeGreaterThan(1)
    expect(broker.maxInFlight).toBeLessThanOrEqual(5)
    expect(broker.log('orders').values).toEqual(numbers(30))
  })

  it('sends the same bytes again when an answer was lost, and the broker keeps them once', async () => {
    broker.fateOf = (_, index) => (index === 3 ? 'unanswered' : 'normal')
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(10), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(10))
    expect(one.delivered).toEqual(numbers(10))
    expect(one.failed).toEqual([])
    const [first, ...again] = broker.seen.filter(({ values }) => values[0] === 'v3')
    expect(again.length).toBeGreaterThan(0)
    for (const batch of again) expect(batch.bytes).toEqual(first?.bytes)
  })

  it('keeps the order when a batch in the middle of the pipeline is lost', async () => {
    broker.fateOf = (_, index) => (index === 4 ? 'lost' : 'normal')
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(20), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(20))
    expect(one.delivered).toEqual(numbers(20))
  })

  it('keeps the order when the broker turns a batch in the middle away for a while', async () => {
    const notEnoughReplicas = 19
    broker.fateOf = (_, index) => (index === 3 || index === 7 ? { error: notEnoughReplicas } : 'normal')
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(20), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(20))
    expect(one.delivered).toEqual(numbers(20))
  })

  it('never uses a sequence number for other records', async () => {
    const errors = [6, 19, 7, 2]
    broker.fateOf = (_, index) => {
      if (index % 5 === 2) return { error: errors[index % errors.length] ?? 6 }
      if (index % 11 === 7) return 'lost'
      return index % 13 === 5 ? 'unanswered' : 'normal'
    }
    const one = scene({ 'batch.size': '100' })
    await one.send(numbers(200), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(200))
    const records = new Map<string, string>()
    for (const { producerId, sequence, values } of broker.seen) {
      for (const [index, value] of values.entries()) {
        const number = `${producerId}:${sequence + index}`
        expect(records.get(number) ?? value).toBe(value)
        records.set(number, value)
      }
    }
  })

  it('goes on under a new producer id when the broker has lost the numbers', async () => {
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(6))
    await one.producer.flush()
    broker.log('orders').truncate(3)
    await one.send(['after'])
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(['v0', 'v1', 'v2', 'after'])
    expect(new Set(broker.seen.map(({ producerId }) => producerId)).size).toBe(2)
    expect(one.warnings.join()).toContain('Acknowledged records may be lost')
  })

  it('goes on under a new producer id when the broker no longer knows the old one', async () => {
    const unknownProducerId = 59
    broker.fateOf = (batch) =>
      batch.producerId === '1000' && batch.sequence === 2 ? { error: unknownProducerId } : 'normal'
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(8), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(8))
  })

  it('splits a batch that is too large together and fails only the record that is too large alone', async () => {
    const tooLarge = 10
    broker.fateOf = ({ values }) =>
      values.length > 2 || values.includes('v5') ? { error: tooLarge } : 'normal'
    const one = scene({ 'linger.ms': '5' })
    await one.send(numbers(12), { batch: true })
    await one.producer.flush()
    const others = numbers(12).filter((value) => value !== 'v5')
    expect(broker.log('orders').values).toEqual(others)
    expect(one.delivered).toEqual(others)
    expect(one.failed.map(({ value, error }) => [value, error.code, error.retriable])).toEqual([
      ['v5', 'MESSAGE_TOO_LARGE', false],
    ])
  })

  it('fails only the records that the broker names as invalid', async () => {
    const invalidRecord = 87
    broker.fateOf = ({ values }) => {
      const invalid = values.flatMap((value, index) => (value === 'v2' || value === 'v3' ? [index] : []))
      return invalid.length > 0 ? { error: invalidRecord, invalid } : 'normal'
    }
    const one = scene({ 'linger.ms': '5' })
    await one.send(numbers(6), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(['v0', 'v1', 'v4', 'v5'])
    expect(one.failed.map(({ value, error }) => [value, error.code])).toEqual([
      ['v2', 'INVALID_RECORD'],
      ['v3', 'INVALID_RECORD'],
    ])
    expect(one.failed[0]?.error.message).toContain('is bad')
  })

  it('fails a batch that is refused for good and sends what follows', async () => {
    const topicAuthorizationFailed = 29
    broker.fateOf = ({ values }) => (values.includes('v4') ? { error: topicAuthorizationFailed } : 'normal')
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(12), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(12).filter((value) => value !== 'v4'))
    expect(one.failed.map(({ value, error }) => [value, error.code, error.retriable])).toEqual([
      ['v4', 'TOPIC_AUTHORIZATION_FAILED', false],
    ])
  })

  it('fails a record over max.request.size in its turn, without sending it', async () => {
    const one = scene({ 'max.request.size': '2000' })
    const large = 'x'.repeat(3000)
    await one.send(['v0', large, 'v1'], { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(['v0', 'v1'])
    expect(one.failed.map(({ value, error }) => [value, error.code])).toEqual([[large, 'MESSAGE_TOO_LARGE']])
  })

  it('lets a record that cannot be sent fail between those that are in flight', async () => {
    const one = scene({ 'max.request.size': '2000', 'batch.size': '0' })
    await one.send(['first'])
    await one.producer.flush()
    const large = 'x'.repeat(3000)
    await one.send(['v0', 'v1', large, 'v2', 'v3'], { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(['first', 'v0', 'v1', 'v2', 'v3'])
    expect(one.failed.map(({ value }) => value)).toEqual([large])
  })

  it('gives up after delivery.timeout.ms, with all that is behind, and leaves no gap behind', async () => {
    broker.fateOf = () => 'held'
    const one = scene({ 'delivery.timeout.ms': '150', 'request.timeout.ms': '100', 'batch.size': '0' })
    await one.send(numbers(4), { batch: true })
    await one.producer.flush()
    expect(one.failed.map(({ value, error }) => [value, error.retriable])).toEqual(
      numbers(4).map((value) => [value, true]),
    )
    broker.fateOf = () => 'normal'
    await one.send(['after'])
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(['after'])
    expect(broker.seen.at(-1)?.producerId).not.toBe(broker.seen[0]?.producerId)
  })

  it('produces without numbers, one batch at a time, when it may not write idempotently', async () => {
    const clusterAuthorizationFailed = 31
    broker.initErrors.push(clusterAuthorizationFailed)
    const one = scene({ 'batch.size': '0' })
    await one.send(numbers(10), { batch: true })
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(10))
    expect(broker.seen.every(({ producerId }) => producerId === '-1')).toBe(true)
    expect(broker.maxInFlight).toBe(1)
    expect(one.warnings.join()).toContain('IDEMPOTENT_WRITE')
  })

  it('does so too where an old broker says it only of the batches', async () => {
    const clusterAuthorizationFailed = 31
    broker.fateOf = ({ producerId }) =>
      producerId === '-1' ? 'normal' : { error: clusterAuthorizationFailed }
    const one = scene({ 'batch.size': '0' }, 'task-0')
    await one.send(numbers(10), { batch: true })
    await one.producer.flush()
    expect(one.failed).toEqual([])
    expect(broker.log('orders').values).toEqual(numbers(10))
    expect(one.warnings.filter((line) => line.includes('IDEMPOTENT_WRITE'))).toHaveLength(1)
  })

  it('takes no more under a transactional id that another producer has been given', async () => {
    const invalidProducerEpoch = 47
    const one = scene({}, 'task-0')
    await one.send(['before'])
    await one.producer.flush()
    broker.fateOf = () => ({ error: invalidProducerEpoch })
    await one.send(['late'])
    await one.producer.flush()
    broker.fateOf = () => 'normal'
    await one.send(['later'], { partition: 1 })
    await one.producer.flush()
    expect(one.delivered).toEqual(['before'])
    expect(one.failed.map(({ value, error }) => [value, error.code])).toEqual([
      ['late', 'PRODUCER_FENCED'],
      ['later', 'PRODUCER_FENCED'],
    ])
    expect(broker.seen.map(({ values }) => values[0])).toEqual(['before', 'late'])
  })

  it('goes on without a transactional id that this user may not use, and says so once', async () => {
    const transactionalIdAuthorizationFailed = 53
    broker.initErrors.push(transactionalIdAuthorizationFailed)
    const one = scene({}, 'task-0')
    await one.send(numbers(3))
    await one.producer.flush()
    expect(one.delivered).toEqual(numbers(3))
    expect(broker.seen.every(({ producerId }) => producerId !== '-1')).toBe(true)
    expect(one.warnings).toHaveLength(1)
    expect(one.warnings.join()).toContain('transactional id')
  })

  it('waits for a topic that is about to be made, and fails after max.block.ms', async () => {
    const one = scene({ 'max.block.ms': '100' })
    await one.send(['never'], { topic: 'missing' })
    await one.producer.flush()
    expect(one.failed.map(({ value, error }) => [value, error.code])).toEqual([
      ['never', 'UNKNOWN_TOPIC_OR_PARTITION'],
    ])
    const sent = one.send(['soon'], { topic: 'late' })
    broker.topics.set('late', 1)
    await sent
    await one.producer.flush()
    expect(broker.log('late').values).toEqual(['soon'])
  })

  it('says why it could not learn of a topic when no broker is to be reached', async () => {
    const one = scene({ 'max.block.ms': '100' })
    await broker.stop()
    await one.send(['never'], { batch: true })
    await one.producer.flush()
    expect(one.failed.map(({ error }) => [error.code, error.retriable])).toEqual([['NETWORK', true]])
    expect(one.failed[0]?.error.message).toContain('was not reached')
    broker = await FakeBroker.start({})
  })

  it('holds up the sender while buffer.memory is full, and lets the calls go on in their order', async () => {
    let open = false
    const notEnoughReplicas = 19
    broker.fateOf = () => (open ? 'normal' : { error: notEnoughReplicas })
    const one = scene({ 'buffer.memory': '200', 'batch.size': '0' })
    let taken = 0
    const sends = numbers(10).map((value) => one.send([value], { batch: true }).then(() => (taken += 1)))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(10)
    open = true
    await Promise.all(sends)
    await one.producer.flush()
    expect(broker.log('orders').values).toEqual(numbers(10))
  })

  it('takes nothing of a send that was aborted while it waited', async () => {
    broker.fateOf = () => 'held'
    const one = scene({ 'buffer.memory': '10' })
    await one.send(['v0'], { batch: true })
    const stopping = new AbortController()
    const waiting = one.producer.send([{ topic: 'orders', key: null, value: Buffer.from('v1') }], {
      signal: stopping.signal,
    })
    stopping.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await one.producer.close({ timeoutMs: 10 })
    expect(one.failed.map(({ value }) => value)).toEqual(['v0'])
  })

  it('settles what is left when it is closed, and refuses more', async () => {
    broker.fateOf = () => 'held'
    const one = scene()
    await one.send(numbers(3), { batch: true })
    await one.producer.close({ timeoutMs: 20 })
    await one.producer.close()
    expect(one.failed.map(({ value, error }) => [value, error.code])).toEqual(
      numbers(3).map((value) => [value, 'CLOSED']),
    )
    await expect(one.send(['late'], { batch: true })).rejects.toMatchObject({ code: 'CLOSED' })
  })
})
