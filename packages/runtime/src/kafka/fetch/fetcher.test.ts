import { consumerConfig } from '../consumer-config.ts'
import { KafkaError } from '../types.ts'
import type { FetchRequest, PartitionAnswer } from './fetch-apis.ts'
import type { FetchCluster } from './fetch-cluster.ts'
import { Fetcher } from './fetcher.ts'

interface Asked {
  readonly nodeId: number
  readonly offsets: readonly bigint[]
  readonly maxBytes: number
  answer(partitions: readonly Partial<PartitionAnswer>[]): void
  fail(error: KafkaError): void
}

/** A cluster of one topic, whose fetches the test answers. */
class FakeCluster {
  readonly leaders = [1, 1]
  refreshed = 0
  readonly asked: Asked[] = []
  #more = Promise.withResolvers<void>()
  readonly cluster: FetchCluster = {
    config: { retryBackoffMs: 1, retryBackoffMaxMs: 1, requestTimeoutMs: 50, metadataMaxAgeMs: 60_000 },
    topics: () =>
      Promise.resolve(new Map([['t', { partitions: this.leaders.map((leader) => ({ leader })) }]])),
    refresh: () => {
      this.refreshed++
      return Promise.resolve()
    },
    broker: (nodeId) =>
      nodeId < 0
        ? undefined
        : {
            call: (_, body) => {
              const { promise, resolve, reject } = Promise.withResolvers<unknown>()
              const { topics, maxBytes } = body as FetchRequest
              const { partitions } = topics[0] ?? { partitions: [] }
              this.asked.push({
                nodeId,
                maxBytes,
                offsets: partitions.map(({ offset }) => offset),
                answer: (answers) =>
                  resolve({ error: 0, partitions: answers.map((one) => ({ ...nothing, ...one })) }),
                fail: reject,
              })
              this.#more.resolve()
              this.#more = Promise.withResolvers()
              return promise as Promise<never>
            },
          },
  }

  /** The nth fetch, once it has been asked for. */
  async fetch(n: number): Promise<Asked> {
    for (;;) {
      const asked = this.asked[n]
      if (asked) return asked
      await this.#more.promise
    }
  }
}

const nothing: PartitionAnswer = {
  topic: 't',
  partition: 0,
  error: 0,
  highWatermark: 100n,
  lastStableOffset: 100n,
  aborted: [],
  preferredReplica: -1,
  records: null,
}

/** A batch without records that ends before `nextOffset`: what a compacted topic may hold. */
const batchTo = (nextOffset: bigint): Buffer => {
  const bytes = Buffer.alloc(61)
  bytes.writeBigInt64BE(nextOffset - 1n)
  bytes.writeInt32BE(49, 8)
  bytes.writeInt8(2, 16)
  return bytes
}

const open = (
  settings: Readonly<Record<string, string>> = {},
): { fake: FakeCluster; fetcher: Fetcher; warnings: string[] } => {
  const fake = new FakeCluster()
  const warnings: string[] = []
  const note = (message: unknown): void => void warnings.push(String(message))
  const fetcher = new Fetcher({
    cluster: fake.cluster,
    config: consumerConfig({ 'check.crcs': 'false', ...settings }),
    decompress: (_, bytes) => Buffer.from(bytes),
    log: { debug: note, info: note, warn: note, error: note },
  })
  fetcher.add([{ topic: 't', partition: 0 }])
  return { fake, fetcher, warnings }
}

const t0 = { topic: 't', partition: 0 }
const t1 = { topic: 't', partition: 1 }
const soon = (): { untilMs: number; signal: AbortSignal } => ({
  untilMs: performance.now() + 5000,
  signal: AbortSignal.timeout(5000),
})

describe('a fetcher', () => {
  it('asks for one further fetch while the caller works, and for no more', async () => {
    const { fake, fetcher } = open()
    fetcher.start(t0, 0n)
    const first = fetcher.next(soon())
    ;(await fake.fetch(0)).answer([{ records: batchTo(5n) }])
    expect(await first).toMatchObject([{ nextOffset: 5n, highWatermark: 100n, records: [] }])
    const ahead = await fake.fetch(1)
    expect(ahead.offsets).toEqual([5n])
    ahead.answer([{ records: batchTo(9n) }])
    await new Promise((resolve) => setImmediate(resolve))
    expect(fake.asked).toHaveLength(2)
    expect(await fetcher.next(soon())).toMatchObject([{ nextOffset: 9n }])
    expect((await fake.fetch(2)).offsets).toEqual([9n])
    fetcher.close()
  })

  it('shares fetch.max.bytes out among the brokers that it reads from', async () => {
    const { fake, fetcher } = open({ 'fetch.max.bytes': '1000' })
    fetcher.add([t1])
    fake.leaders[1] = 2
    fetcher.start(t0, 0n)
    fetcher.start(t1, 0n)
    const next = fetcher.next(soon())
    const both = [await fake.fetch(0), await fake.fetch(1)]
    expect(both.map(({ nodeId, maxBytes }) => [nodeId, maxBytes])).toEqual([
      [1, 500],
      [2, 500],
    ])
    fetcher.pause([t1], true)
    both[0]?.answer([{ records: batchTo(5n) }])
    await next
    expect(await fake.fetch(2)).toMatchObject({ nodeId: 1, maxBytes: 1000 })
    fetcher.close()
  })

  it('delivers nothing that was asked for before a seek', async () => {
    const { fake, fetcher } = open()
    fetcher.start(t0, 0n)
    const next = fetcher.next(soon())
    const before = await fake.fetch(0)
    fetcher.seek(t0, 50n)
    before.answer([{ records: batchTo(5n) }])
    const after = await fake.fetch(1)
    expect(after.offsets).toEqual([50n])
    after.answer([{ records: batchTo(60n) }])
    expect(await next).toMatchObject([{ nextOffset: 60n }])
    fetcher.close()
  })

  it('keeps what was fetched as long as it may not be delivered', async () => {
    const { fake, fetcher } = open()
    fetcher.start(t0, 0n)
    const next = fetcher.next(soon())
    ;(await fake.fetch(0)).answer([{ records: batchTo(5n) }])
    await next
    ;(await fake.fetch(1)).answer([{ records: batchTo(9n) }])
    await new Promise((resolve) => setImmediate(resolve))
    expect(await fetcher.next({ ...soon(), mayDeliver: () => false })).toEqual([])
    expect(await fetcher.next(soon())).toMatchObject([{ nextOffset: 9n }])
    fetcher.close()
  })

  it('reads from the replica that the leader names, and from the leader where that one is behind', async () => {
    const { fake, fetcher } = open({ 'client.rack': 'a' })
    fetcher.start(t0, 7n)
    const next = fetcher.next(soon())
    ;(await fake.fetch(0)).answer([{ preferredReplica: 3 }])
    const nearest = await fake.fetch(1)
    expect([nearest.nodeId, nearest.offsets]).toEqual([3, [7n]])
    nearest.answer([{ error: 1 }])
    const leader = await fake.fetch(2)
    expect([leader.nodeId, leader.offsets]).toEqual([1, [7n]])
    leader.answer([{ records: batchTo(9n) }])
    expect(await next).toMatchObject([{ nextOffset: 9n }])
    fetcher.close()
  })

  it('asks the new leader after leadership has moved', async () => {
    const { fake, fetcher } = open()
    fetcher.start(t0, 0n)
    const next = fetcher.next(soon())
    const old = await fake.fetch(0)
    fake.leaders.fill(2)
    old.answer([{ error: 6 }])
    const moved = await fake.fetch(1)
    expect(moved.nodeId).toBe(2)
    expect(fake.refreshed).toBe(1)
    moved.answer([{ records: batchTo(3n) }])
    await next
    fetcher.close()
  })

  it('leaves a position that is out of range to be looked up, and says so', async () => {
    const { fake, fetcher, warnings } = open()
    fetcher.start(t0, 7n)
    const next = fetcher.next(soon())
    ;(await fake.fetch(0)).answer([{ error: 1 }])
    expect(await next).toEqual([])
    expect(fetcher.unpositioned()).toMatchObject([{ topic: 't', partition: 0, outOfRange: true }])
    expect(warnings).toEqual(['Offset 7 of t-0 is out of range.'])
    fetcher.close()
  })

  it('bears failures that may pass, and tells them once they have lasted for request.timeout.ms', async () => {
    const { fake, fetcher } = open()
    fetcher.start(t0, 0n)
    const next = fetcher.next(soon())
    const gone = new KafkaError('gone', { code: 'NETWORK', retriable: true })
    ;(await fake.fetch(0)).fail(gone)
    const again = await fake.fetch(1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    again.fail(gone)
    await expect(next).rejects.toBe(gone)
    const after = fetcher.next(soon())
    ;(await fake.fetch(2)).answer([{ records: batchTo(3n) }])
    expect(await after).toMatchObject([{ nextOffset: 3n }])
    fetcher.close()
  })

  it('tells at once what only an operator can mend', async () => {
    const { fake, fetcher } = open()
    fetcher.start(t0, 0n)
    const next = fetcher.next(soon())
    ;(await fake.fetch(0)).answer([{ error: 29 }])
    await expect(next).rejects.toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED', retriable: false })
    fetcher.close()
  })

  it('leaves failures of one partition to the log as long as others are read', async () => {
    const { fake, fetcher, warnings } = open()
    fetcher.add([t1])
    fake.leaders[1] = -1
    fetcher.start(t0, 0n)
    fetcher.start(t1, 0n)
    const until = performance.now() + 100
    for (let offset = 1n, n = 0; performance.now() < until; offset++, n++) {
      const next = fetcher.next(soon())
      ;(await fake.fetch(n)).answer([{ records: batchTo(offset) }])
      expect(await next).toMatchObject([{ partition: 0, nextOffset: offset }])
    }
    expect(fake.asked.every(({ nodeId }) => nodeId === 1)).toBe(true)
    expect(warnings).toEqual([])
    fetcher.close()
  })

  it('counts what is left to read, to the last stable offset where only what is committed is read', async () => {
    const { fake, fetcher } = open({ 'isolation.level': 'read_committed' })
    fetcher.start(t0, 0n)
    const next = fetcher.next(soon())
    ;(await fake.fetch(0)).answer([{ records: batchTo(5n), highWatermark: 20n, lastStableOffset: 12n }])
    await next
    expect(fetcher.lag()).toEqual([{ topic: 't', partition: 0, records: 7n }])
    fetcher.close()
  })

  it('knows nothing of partitions that are not assigned', () => {
    const { fetcher } = open()
    expect(() => fetcher.seek({ topic: 't', partition: 1 }, 0n)).toThrow(/t-1 is not assigned/)
    expect(() => fetcher.pause([{ topic: 'u', partition: 0 }], true)).toThrow(/u-0 is not assigned/)
  })

  it('leaves no wait behind when its caller gives up', async () => {
    const { fetcher } = open()
    fetcher.start(t0, 0n)
    const giveUp = new AbortController()
    const next = fetcher.next({ untilMs: performance.now() + 60_000, signal: giveUp.signal })
    giveUp.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    fetcher.close()
  })
})
