import type { ConsumerConfig } from '../consumer-config.ts'
import { asKafkaError, protocolError } from '../errors.ts'
import type { GroupCalls } from '../group/group-calls.ts'
import { byTopic, keyOf } from '../group/partitions.ts'
import { KafkaError } from '../types.ts'
import type { Failures } from './failures.ts'
import type { FetchCluster } from './fetch-cluster.ts'
import { askLeader, earliest, latest, leadersOf } from './list-offsets.ts'
import { nameOf, type Partition } from './partition.ts'

export interface PositionRequestsOptions {
  readonly cluster: FetchCluster
  readonly config: ConsumerConfig
  readonly group: Pick<GroupCalls, 'name' | 'offsets'>
  /** The assigned partitions by key. */
  readonly partitions: ReadonlyMap<string, Partition>
  readonly failures: Failures
  readonly found: (one: Partition, offset: bigint) => void
  /** A request has ended, well or not. */
  readonly ended: () => void
}

const leaderNotAvailable = 5

/** A partition as it was when it was asked about. */
interface Asked {
  readonly one: Partition
  readonly seeks: number
}

/**
 * Looks up where to start: the group's committed offset, else what `auto.offset.reset` says. Each partition for itself: one that has no
 * leader holds up no other. As long as the group's offset can't be read nothing is assumed about it.
 */
export class PositionRequests {
  readonly #options: PositionRequestsOptions
  readonly #stopping = new AbortController()

  constructor(options: PositionRequestsOptions) {
    this.#options = options
  }

  close(): void {
    this.#stopping.abort()
  }

  /** Asks about every partition that has no position and doesn't wait for another try. */
  send(): void {
    if (this.#stopping.signal.aborted) return
    const now = performance.now()
    const due = [...this.#options.partitions.values()].filter(
      ({ position, asked, waitUntilMs }) => position === undefined && !asked && waitUntilMs <= now,
    )
    if (due.length === 0) return
    for (const one of due) one.asked = true
    void this.#ask(due.map((one) => ({ one, seeks: one.seeks })))
  }

  async #ask(asked: readonly Asked[]): Promise<void> {
    const outOfRange = asked.filter(({ one }) => one.outOfRange)
    const uncommitted = await this.#committed(asked.filter(({ one }) => !one.outOfRange))
    await this.#reset([...outOfRange, ...uncommitted])
  }

  /** Those that have no committed offset. */
  async #committed(asked: readonly Asked[]): Promise<readonly Asked[]> {
    if (asked.length === 0) return []
    const { group } = this.#options
    try {
      const { signal } = this.#stopping
      const partitions = asked.map(({ one: { topic, partition } }) => ({ topic, partition }))
      const offsets = await group.offsets(partitions, { signal })
      const committed = new Map(offsets.map((one) => [keyOf(one), one.offset]))
      return this.#start(asked, (one) => committed.get(keyOf(one)) ?? -1n)
    } catch (error) {
      this.#failed(asked, asKafkaError(error, `reading the offsets of ${group.name}`))
      this.#end(asked)
      return []
    }
  }

  async #reset(asked: readonly Asked[]): Promise<void> {
    const { cluster, config, group } = this.#options
    const current = asked.filter((each) => this.#isCurrent(each))
    this.#end(asked.filter((each) => !current.includes(each)))
    const [first] = current
    if (first === undefined) return
    if (config.autoOffsetReset === 'none') {
      this.#failed(current, noReset(group.name, first.one))
      return this.#end(current)
    }
    try {
      const { signal } = this.#stopping
      const byPartition = new Map(current.map((each) => [each.one, each]))
      const leaders = await leadersOf(cluster, [...byPartition.keys()], { signal })
      for (const [leader, partitions] of leaders) {
        void this.#resetAt(
          leader,
          partitions.flatMap((one) => byPartition.get(one) ?? []),
        )
      }
    } catch (error) {
      this.#failed(current, asKafkaError(error, 'reading metadata'))
      this.#end(current)
    }
  }

  async #resetAt(leader: number, asked: readonly Asked[]): Promise<void> {
    const { cluster, config } = this.#options
    const { signal } = this.#stopping
    const timestamp = config.autoOffsetReset === 'earliest' ? earliest : latest
    const partitions = asked.map(({ one }) => one)
    try {
      const { readCommitted } = config
      const answers = await askLeader(cluster, leader, { partitions, timestamp, readCommitted }, { signal })
      const byKey = new Map(answers.map((answer) => [keyOf(answer), answer]))
      const left = this.#start(asked, (one) => {
        const answer = byKey.get(keyOf(one))
        return answer?.error === 0 ? answer.offset : -1n
      })
      if (left.length === 0) return
      for (const each of left) {
        const code = byKey.get(keyOf(each.one))?.error || leaderNotAvailable
        this.#failed([each], protocolError(code, `asking for the offsets of ${nameOf(each.one)}`))
      }
      await this.#refresh(left)
    } catch (error) {
      this.#failed(asked, asKafkaError(error, `asking broker ${leader} for offsets`))
      await this.#refresh(asked)
    }
  }

  /** Starts those whose offset is known (not negative) and returns the others. */
  #start(asked: readonly Asked[], offsetOf: (one: Partition) => bigint): readonly Asked[] {
    const left: Asked[] = []
    for (const each of asked) {
      const offset = offsetOf(each.one)
      if (offset < 0n) left.push(each)
      else if (this.#isCurrent(each)) {
        this.#options.failures.works(each.one)
        this.#options.found(each.one, offset)
      }
    }
    this.#end(asked.filter((each) => !left.includes(each)))
    return left
  }

  /** Whether it is still assigned and nobody has said meanwhile where to read. */
  #isCurrent({ one, seeks }: Asked): boolean {
    return this.#options.partitions.get(keyOf(one)) === one && one.seeks === seeks
  }

  #failed(asked: readonly Asked[], error: KafkaError): void {
    if (this.#stopping.signal.aborted) return
    const { failures, config } = this.#options
    for (const each of asked) {
      if (this.#isCurrent(each)) failures.failed(each.one, error, config.defaultApiTimeoutMs)
    }
  }

  #end(asked: readonly Asked[]): void {
    for (const { one } of asked) one.asked = false
    if (asked.length > 0) this.#options.ended()
  }

  /** So that the next try asks whoever leads them then; there is none before. */
  async #refresh(asked: readonly Asked[]): Promise<void> {
    const { signal } = this.#stopping
    const topics = [...byTopic(asked.map(({ one }) => one)).keys()]
    try {
      await this.#options.cluster.refresh(topics, { signal })
    } catch (error) {
      this.#failed(asked, asKafkaError(error, 'refreshing metadata'))
    }
    this.#end(asked)
  }
}

const noReset = (group: string, { topic, partition, outOfRange }: Partition): KafkaError =>
  new KafkaError(
    outOfRange
      ? `The position of ${topic}-${partition} is out of range and auto.offset.reset is none: records were deleted before ${group} read them. Set the group's offset.`
      : `${group} has no offset for ${topic}-${partition} and auto.offset.reset is none. Set the group's offset, or auto.offset.reset to earliest or latest.`,
    { code: outOfRange ? 'OFFSET_OUT_OF_RANGE' : 'NO_OFFSET', retriable: false },
  )
