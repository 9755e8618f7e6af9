import { contextHeaderNames } from '../errors/context-headers.ts'
import { sourceHeaderNames } from '../errors/source-letter.ts'
import type { FetchedRecord, RecordHeader, TopicPartition } from '../kafka/types.ts'

/** Marks a record that was sent again: the place of its dead letter. */
export const replayedFrom = '__sluice.replayed.from'

/** Why a record was set aside, as far as its headers say. */
export interface LetterReason {
  readonly connector: string
  readonly task: string
  readonly stage: string
  /** The class or plug-in that threw. */
  readonly by: string
  readonly transform?: string | undefined
  readonly error: string
  readonly message: string
  readonly trace: string
  /** ISO 8601; dead letters of Kafka Connect don't say it. */
  readonly at?: string | undefined
}

/** Where a record came from: a topic that a sink reads, or a source. Unknown without headers that say so. */
export type LetterOrigin =
  | { readonly kind: 'sink'; readonly topic: string; readonly partition: number; readonly offset: bigint }
  | {
      readonly kind: 'source'
      /** Where it was to go, before transforms. */
      readonly topic: string
      readonly topicPartition: number | undefined
      /** JSON. */
      readonly partition: string
      readonly offset: string
      /** Parts (key, value, headers) that are not what their schema says, and so can't be sent again. */
      readonly inexact: readonly string[]
    }
  | { readonly kind: 'unknown' }

/** A record of a dead-letter topic. */
export interface DeadLetter extends TopicPartition {
  readonly offset: bigint
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  /** The record's own. */
  readonly headers: readonly RecordHeader[]
  readonly origin: LetterOrigin
  readonly reason: LetterReason | undefined
}

/** Total: a record without the headers is a dead letter of unknown origin. */
export function readLetter(record: FetchedRecord & TopicPartition): DeadLetter {
  const { topic, partition, offset, timestamp, key, value, headers } = record
  const found = new Added(headers)
  const origin = originOf(found)
  const reason = reasonOf(found)
  return { topic, partition, offset, timestamp, key, value, headers: found.rest(), origin, reason }
}

/** `orders-dlq-0@12`: a place for people, and for the marker. */
export function placeOf({ topic, partition, offset }: TopicPartition & { readonly offset: bigint }): string {
  return `${topic}-${partition}@${offset}`
}

/**
 * The headers that made a record a dead letter. Of several with one name it is the last: the others were the record's own, for it may have
 * been a dead letter before.
 */
class Added {
  readonly #headers: readonly RecordHeader[]
  readonly #last = new Map<string, number>()

  constructor(headers: readonly RecordHeader[]) {
    this.#headers = headers
    for (const [index, { key }] of headers.entries()) if (names.has(key)) this.#last.set(key, index)
  }

  text(name: string): string | undefined {
    const index = this.#last.get(name)
    const value = index === undefined ? undefined : this.#headers[index]!.value
    return value ? Buffer.from(value).toString() : undefined
  }

  rest(): readonly RecordHeader[] {
    const added = new Set(this.#last.values())
    return this.#headers.filter((_, index) => !added.has(index))
  }
}

const names: ReadonlySet<string> = new Set([
  ...Object.values(contextHeaderNames),
  ...Object.values(sourceHeaderNames),
])

function originOf(added: Added): LetterOrigin {
  const sourceTopic = added.text(sourceHeaderNames.topic)
  if (sourceTopic !== undefined) {
    const topicPartition = added.text(sourceHeaderNames.topicPartition)
    return {
      kind: 'source',
      topic: sourceTopic,
      topicPartition: topicPartition === undefined ? undefined : Number(topicPartition),
      partition: added.text(sourceHeaderNames.partition) ?? '',
      offset: added.text(sourceHeaderNames.offset) ?? '',
      inexact: (added.text(sourceHeaderNames.inexact) ?? '').split(',').filter((part) => part !== ''),
    }
  }
  const topic = added.text(contextHeaderNames.topic)
  const partition = added.text(contextHeaderNames.partition) ?? ''
  const offset = added.text(contextHeaderNames.offset) ?? ''
  if (topic === undefined || !/^\d+$/.test(partition) || !/^\d+$/.test(offset)) return { kind: 'unknown' }
  return { kind: 'sink', topic, partition: Number(partition), offset: BigInt(offset) }
}

function reasonOf(added: Added): LetterReason | undefined {
  const stage = added.text(contextHeaderNames.stage)
  if (stage === undefined) return undefined
  const text = (name: keyof typeof contextHeaderNames): string => added.text(contextHeaderNames[name]) ?? ''
  return {
    connector: text('connector'),
    task: text('task'),
    stage,
    by: text('by'),
    transform: added.text(contextHeaderNames.transform),
    error: text('error'),
    message: text('message'),
    trace: text('trace'),
    at: added.text(contextHeaderNames.at),
  }
}
