import type { TopicPartition } from '@sluice/template'
import { kindAt } from '../errors/stages.ts'
import {
  type FetchedBatch,
  type GroupConsumer,
  KafkaError,
  type OutgoingRecord,
  type Producer,
} from '../kafka/types.ts'
import { type DeadLetter, placeOf, readLetter } from './letter.ts'
import { isMeant, type LetterFilter } from './letter-filter.ts'
import type { LetterClients } from './open-clients.ts'
import { Progress } from './progress.ts'
import { boundsOf } from './read-letters.ts'
import type { Restored } from './restore.ts'

export interface ReplayOptions {
  readonly clients: LetterClients
  readonly topic: string
  /** Keeps what was sent again. */
  readonly groupId: string
  readonly filter: LetterFilter
  /** Sends no more than so many. */
  readonly limit: number
  readonly restore: (letter: DeadLetter) => Promise<Restored>
  /** Told of each letter that is meant, once its fate is known. */
  readonly onLetter: (fate: LetterFate) => void
  /** Ends it early: what was sent is remembered. */
  readonly signal: AbortSignal
}

export type LetterFate =
  | { readonly letter: DeadLetter; readonly sentTo: string }
  | { readonly letter: DeadLetter; readonly dropped: true }
  | { readonly letter: DeadLetter; readonly refused: string }

export interface ReplayResult {
  /** Letters that were sent again in an earlier session. */
  readonly doneBefore: number
  /** Letters that are not meant. */
  readonly leftOut: number
  /** Why it ended before the end, as a sentence. */
  readonly stopped?: string
}

interface Outgoing extends OutgoingRecord {
  readonly settle: (error: unknown) => void
}

interface Owned {
  readonly progress: Progress
  readonly end: bigint
  position: bigint
}

const noneAfterMs = 20_000

/**
 * Sends dead letters again, those that were there when it began. Invariant: the group is told that a letter is done only after the brokers have
 * its record; so a replay that is killed repeats at most the letters of one poll.
 */
export async function replayLetters(options: ReplayOptions): Promise<ReplayResult> {
  const replay = new Replay(options)
  try {
    return await replay.run()
  } finally {
    await replay.close()
  }
}

class Replay {
  readonly #options: ReplayOptions
  readonly #producer: Producer<Outgoing>
  readonly #consumer: GroupConsumer
  readonly #admin: ReturnType<LetterClients['admin']>
  readonly #owned = new Map<number, Owned>()
  #sent = 0
  #doneBefore = 0
  #leftOut = 0

  constructor(options: ReplayOptions) {
    const { clients, groupId, topic } = options
    this.#options = options
    this.#admin = clients.admin()
    this.#producer = clients.producer<Outgoing>(({ records, error }) => {
      for (const record of records) record.settle(error)
    })
    this.#consumer = clients.consumer({
      groupId,
      topics: [topic],
      assigned: (partitions) => this.#assigned(partitions),
      revoked: async (partitions, { lost }) => {
        if (!lost) await this.#commit()
        for (const { partition } of partitions) this.#owned.delete(partition)
      },
    })
  }

  async run(): Promise<ReplayResult> {
    await boundsOf({ admin: this.#admin, topic: this.#options.topic })
    const stopped = await this.#untilEnd()
    await this.#commit()
    return {
      doneBefore: this.#doneBefore,
      leftOut: this.#leftOut,
      ...(stopped !== undefined && { stopped }),
    }
  }

  async close(): Promise<void> {
    await this.#consumer.close()
    await Promise.all([this.#producer.close(), this.#admin.close()])
  }

  /** Why it has stopped early. */
  async #untilEnd(): Promise<string | undefined> {
    const { signal, limit, topic, groupId } = this.#options
    const noneAt = performance.now() + noneAfterMs
    for (;;) {
      if (signal.aborted) return 'It was interrupted; what was sent is remembered.'
      if (this.#sent >= limit) return undefined
      const owned = [...this.#owned.values()]
      if (owned.length > 0 && owned.every(({ position, end }) => position >= end)) return undefined
      if (owned.length === 0 && performance.now() > noneAt) {
        return `No partition of ${topic} could be had: another replay in the group ${groupId} is running.`
      }
      if (owned.some(({ progress }) => !progress.isRoomy)) {
        return 'Letters sent again and letters left out alternate too often to be remembered. Send some of those left out as well, or take another --group.'
      }
      for (const batch of await this.#poll()) await this.#take(batch)
    }
  }

  async #poll(): Promise<readonly FetchedBatch[]> {
    const { signal } = this.#options
    try {
      return await this.#consumer.poll({ signal, maxWaitMs: 200 })
    } catch (error) {
      if (signal.aborted) return []
      throw error
    }
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<(TopicPartition & { offset: bigint })[]> {
    const { topic, groupId } = this.#options
    const kept = await this.#admin.groupOffsets(groupId, [topic])
    const bounds = await boundsOf({ admin: this.#admin, topic })
    return partitions.map(({ partition }) => {
      const { start: earliest, end } = bounds.find((one) => one.partition === partition)!
      const of = kept.find((one) => one.partition === partition) ?? { offset: null, metadata: '' }
      const progress = new Progress(of, { earliest, latest: end })
      this.#owned.set(partition, { progress, end, position: progress.start })
      return { topic, partition, offset: progress.start }
    })
  }

  /** Sends what is meant of these letters and waits for the answers; then the group is told. */
  async #take({ topic, partition, records, nextOffset }: FetchedBatch): Promise<void> {
    const owned = this.#owned.get(partition)
    if (owned === undefined) return
    const letters = records
      .filter(({ offset }) => offset < owned.end)
      .map((record) => readLetter({ topic, partition, ...record }))
    const fates = await Promise.allSettled(await this.#start(letters, owned.progress))
    for (const [index, fate] of fates.entries()) {
      owned.progress.pass(letters[index]!.offset, fate.status === 'fulfilled' && fate.value)
    }
    if (fates.length === letters.length) owned.progress.moveTo(least(nextOffset, owned.end))
    owned.position = nextOffset
    await this.#commit()
    const failed = fates.find((fate) => fate.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** One letter after the other into the producer, so that their order is kept; stops at the limit. Each promise says whether it is done. */
  async #start(letters: readonly DeadLetter[], progress: Progress): Promise<readonly Promise<boolean>[]> {
    const { filter, limit, restore } = this.#options
    const fates: Promise<boolean>[] = []
    for (const letter of letters) {
      if (this.#sent >= limit) break
      if (progress.wasDone(letter.offset)) {
        this.#doneBefore++
        fates.push(Promise.resolve(true))
      } else if (!isMeant(letter, filter)) {
        this.#leftOut++
        fates.push(Promise.resolve(false))
      } else {
        fates.push(seen(this.#settled(letter, await restore(letter))))
      }
    }
    return fates
  }

  async #settled(letter: DeadLetter, restored: Restored): Promise<boolean> {
    const { onLetter } = this.#options
    if ('refused' in restored) {
      onLetter({ letter, refused: restored.refused })
      return false
    }
    this.#sent++
    if ('dropped' in restored) {
      onLetter({ letter, dropped: true })
      return true
    }
    try {
      await this.#deliver(restored.record)
      onLetter({ letter, sentTo: restored.record.topic })
      return true
    } catch (error) {
      if (kindAt('KAFKA_PRODUCE', error) !== 'record') throw notSent(letter, error)
      this.#sent--
      onLetter({ letter, refused: error instanceof Error ? error.message : String(error) })
      return false
    }
  }

  #deliver(record: OutgoingRecord): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settle = (error: unknown): void => (error === undefined ? resolve() : reject(error))
    this.#producer.send([{ ...record, settle }]).catch(settle)
    return promise
  }

  async #commit(): Promise<void> {
    const { topic } = this.#options
    const offsets = [...this.#owned].map(([partition, { progress }]) => ({
      topic,
      partition,
      ...progress.kept(),
    }))
    if (offsets.length === 0) return
    try {
      await this.#consumer.commit(offsets)
    } catch (error) {
      // partitions are about to go, and are committed before they do
      if (!(error instanceof KafkaError && error.code === 'REBALANCE_IN_PROGRESS')) throw error
    }
  }
}

/** Its rejection is looked at later. */
function seen<T>(promise: Promise<T>): Promise<T> {
  void promise.catch(() => {})
  return promise
}

function notSent(letter: DeadLetter, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new Error(`${placeOf(letter)} could not be sent: ${message} What was sent before is remembered.`, {
    cause,
  })
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
