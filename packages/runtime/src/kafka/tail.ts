import { backoffMs } from './backoff.ts'
import type { Cluster } from './cluster.ts'
import { decompress } from './codecs.ts'
import { type ConsumerConfig, consumerConfig } from './consumer-config.ts'
import { asKafkaError, closedError, protocolError, timeoutError } from './errors.ts'
import { Fetcher } from './fetch/fetcher.ts'
import { earliest, latest, listOffsets } from './fetch/list-offsets.ts'
import { endsWithin } from './group/ends-within.ts'
import { retrying } from './retry.ts'
import type { Settings } from './settings/setting-reader.ts'
import { sleep } from './sleep.ts'
import { type Offsets, reached, TailWaits } from './tail-waits.ts'
import { topicId } from './topic-id.ts'
import { Trouble } from './trouble.ts'
import type { FetchedBatch, KafkaOptions, TailListener, TailOptions, TopicTail } from './types.ts'

export interface TailParts {
  /** The tail's own; closed with it. */
  readonly cluster: Cluster
  readonly settings: Settings
  readonly log: KafkaOptions['log']
}

/** How long the loop waits where nothing comes. */
const pollMs = 5000
/** How often the loop looks whether the topic is still the same one; whoever asks for the end looks each time. */
const idEveryMs = 30_000

/** The tail of `types.ts`: one fetch loop, which nothing but `close` ends, unless it isn't to follow. */
export class KafkaTopicTail implements TopicTail {
  readonly #topic: string
  readonly #listener: TailListener
  readonly #follows: boolean
  readonly #cluster: Cluster
  readonly #config: ConsumerConfig
  readonly #log: KafkaOptions['log']
  readonly #fetcher: Fetcher
  readonly #waits: TailWaits
  readonly #closing = new AbortController()
  /** Where the next record of each partition is read; those not in it aren't read yet. */
  readonly #positions = new Map<number, bigint>()
  /** Where a second reading has caught up. */
  #catchUpAt: Offsets | undefined
  #looping: Promise<void> | undefined
  /** Of the topic that is read; undefined before the first look, and where brokers know no ids. */
  #id: string | undefined
  /** Of those before it under its name. */
  readonly #formerIds = new Set<string>()
  /** Of the one that has taken its place, until it is read again. */
  #nextId: string | undefined
  #lookedAt = 0
  /** While it goes on the loop takes nothing from the fetcher. */
  #startingOver: Promise<void> | undefined

  constructor({ topic, follows = true, ...listener }: Omit<TailOptions, 'settings'>, parts: TailParts) {
    const { cluster, settings, log } = parts
    this.#follows = follows
    this.#topic = topic
    this.#listener = listener
    this.#cluster = cluster
    this.#config = consumerConfig(settings)
    this.#log = log
    this.#fetcher = new Fetcher({ cluster, config: this.#config, decompress, log })
    this.#waits = new TailWaits(topic)
  }

  async readToEnd(call: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = this.#config.defaultApiTimeoutMs } = call
    const untilMs = performance.now() + timeoutMs
    const { signal: closed } = this.#closing
    const signal = call.signal ? AbortSignal.any([call.signal, closed]) : closed
    const ends = await this.#retrying(timeoutMs, signal, async () => {
      if (await this.#isAnother(signal)) await this.#startedOver(untilMs, signal)
      const partitions = await this.#partitions(signal)
      const added = partitions.filter((partition) => !this.#positions.has(partition))
      if (added.length > 0) this.#startAt(await this.#offsets(added, earliest, signal))
      return this.#offsets(partitions, latest, signal)
    })
    const leftMs = Math.max(0, untilMs - performance.now())
    const told = this.#waits.wait(ends, { positions: this.#positions, timeoutMs: leftMs, signal })
    if (this.#goesOn) this.#looping ??= this.#loop()
    await told
  }

  async close(): Promise<void> {
    this.#closing.abort(closedError(`The tail of ${this.#topic}`))
    this.#fetcher.close()
    this.#cluster.close()
    await this.#looping
  }

  async #loop(): Promise<void> {
    const { signal } = this.#closing
    const trouble = new Trouble(`Following topic ${this.#topic}`, { log: this.#log })
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = this.#cluster.config
    let attempt = 0
    this.#rest(false)
    while (!signal.aborted && this.#goesOn) {
      try {
        const batches = await this.#fetcher.next({
          untilMs: performance.now() + pollMs,
          signal,
          mayDeliver: () => this.#startingOver === undefined,
        })
        for (const batch of batches) this.#tell(batch)
        if (this.#startingOver !== undefined) await this.#startingOver
        else if (await this.#hasGone(signal)) await this.#startOver()
        if (batches.length > 0) trouble.over()
        attempt = 0
      } catch (cause) {
        if (signal.aborted) break
        const error = asKafkaError(cause, `following topic ${this.#topic}`)
        if (!error.retriable) this.#waits.fail(error)
        trouble.goesOn(error)
        await sleep(backoffMs({ first, max, attempt: attempt++ }), signal).catch(() => undefined)
      }
    }
    if (signal.aborted) return
    this.#rest(true)
    this.#looping = undefined
  }

  get #goesOn(): boolean {
    return this.#follows || this.#waits.any
  }

  /** What is fetched by itself otherwise isn't while it rests. */
  #rest(rests: boolean): void {
    const all = [...this.#positions.keys()].map((partition) => this.#one(partition))
    this.#fetcher.pause(all, rests)
  }

  #tell({ topic, partition, records, nextOffset }: FetchedBatch): void {
    for (const record of records) this.#listener.record({ topic, partition, ...record })
    this.#positions.set(partition, nextOffset)
    this.#moved()
  }

  #moved(): void {
    if (this.#catchUpAt && reached(this.#catchUpAt, this.#positions)) {
      this.#catchUpAt = undefined
      this.#listener.caughtUp()
    }
    this.#waits.moved(this.#positions)
  }

  /** A position is out of range, so that what was read of other partitions may be no more either; or the topic is another one. */
  async #hasGone(signal: AbortSignal): Promise<boolean> {
    if (performance.now() - this.#lookedAt > idEveryMs) await this.#isAnother(signal)
    return this.#nextId !== undefined || this.#fetcher.unpositioned().length > 0
  }

  /** It was deleted and made anew under its name: then a position says nothing, however long it has become since. */
  async #isAnother(signal: AbortSignal): Promise<boolean> {
    this.#lookedAt = performance.now()
    const id = await topicId(this.#cluster, this.#topic, { signal })
    // ids never come back: one of former times is told by a broker that hasn't heard yet
    if (id === undefined || this.#formerIds.has(id)) return false
    this.#id ??= id
    if (id === this.#id) return false
    this.#nextId = id
    return true
  }

  /** For one who waits so long, whatever the others do. */
  async #startedOver(untilMs: number, signal: AbortSignal): Promise<void> {
    const leftMs = Math.max(0, untilMs - performance.now())
    const over = this.#startOver()
    if (await endsWithin(over, leftMs, signal)) return over
    signal.throwIfAborted()
    throw timeoutError(
      `Topic ${this.#topic} was made anew, and reading it again takes longer than ${Math.round(leftMs)} ms.`,
    )
  }

  /** Once for all who find that it has to be. */
  #startOver(): Promise<void> {
    this.#startingOver ??= this.#readAgain(this.#closing.signal).finally(
      () => (this.#startingOver = undefined),
    )
    this.#fetcher.wake()
    return this.#startingOver
  }

  async #readAgain(signal: AbortSignal): Promise<void> {
    // a position that is out of range may be one of a topic that is gone
    if (this.#nextId === undefined) await this.#isAnother(signal)
    const { starts, ends } = await this.#retrying(this.#config.defaultApiTimeoutMs, signal, async () => {
      const partitions = await this.#partitions(signal)
      const from = await this.#offsets(partitions, earliest, signal)
      return { starts: from, ends: await this.#offsets(partitions, latest, signal) }
    })
    const next = this.#nextId
    this.#nextId = undefined
    if (next !== undefined) {
      if (this.#id !== undefined) this.#formerIds.add(this.#id)
      this.#id = next
    }
    if (next === undefined) {
      this.#log.warn(
        `Topic ${this.#topic} lost records that had been read: it was truncated, or deleted and made anew. It is read again from its start.`,
      )
    } else {
      this.#log.error(
        `Topic ${this.#topic} was deleted and made anew while it was in use. What it held is gone: it is read from its start, and only what is in it now counts.`,
      )
    }
    this.#fetcher.remove([...this.#positions.keys()].map((partition) => this.#one(partition)))
    this.#positions.clear()
    this.#listener.restarted()
    this.#startAt(starts)
    this.#waits.restarted(ends)
    this.#catchUpAt = ends
    this.#moved()
  }

  #startAt(starts: Offsets): void {
    for (const [partition, offset] of starts) {
      if (this.#positions.has(partition)) continue
      this.#fetcher.add([this.#one(partition)])
      this.#fetcher.start(this.#one(partition), offset)
      this.#positions.set(partition, offset)
    }
  }

  async #partitions(signal: AbortSignal): Promise<readonly number[]> {
    await this.#cluster.refresh([this.#topic], { signal })
    const found = (await this.#cluster.topics([this.#topic], { signal })).get(this.#topic)
    if (found === undefined) throw protocolError(3, `following topic ${this.#topic}`)
    return found.partitions.map(({ partition }) => partition)
  }

  /** As the log has them, so that an open transaction is waited for instead of taken for the end. */
  async #offsets(numbers: readonly number[], timestamp: bigint, signal: AbortSignal): Promise<Offsets> {
    const partitions = numbers.map((partition) => this.#one(partition))
    const ask = { partitions, timestamp, readCommitted: false }
    const found = await listOffsets(this.#cluster, ask, { signal })
    return new Map(found.map(({ partition, offset }) => [partition, offset]))
  }

  #retrying<T>(timeoutMs: number, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    return retrying({ config: this.#cluster.config, timeoutMs, signal }, attempt)
  }

  #one(partition: number): { readonly topic: string; readonly partition: number } {
    return { topic: this.#topic, partition }
  }
}
