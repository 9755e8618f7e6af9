import { commonVersion, type VersionRange } from '../api.ts'
import type { Broker } from '../broker.ts'
import { WireReader, WireWriter } from '../group/wire.ts'

const produceKey = 0
/** Up to the last version before the flexible encoding: it names the record that a broker found invalid. */
const plain: VersionRange = { min: 3, max: 8 }
/** With it a batch's partition joins the transaction by itself, and the epoch is the transaction's own (KIP-890). */
const joining: VersionRange = { min: 12, max: 12 }
/** A broker gives up waiting for its replicas before the client gives up waiting for the broker. */
const brokerWaitPart = 0.9

export interface ProduceBatch {
  readonly topic: string
  readonly partition: number
  readonly bytes: Buffer
}

export interface ProduceResult {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  readonly baseOffset: bigint
  /** Records of the batch that the broker found invalid, by their index. */
  readonly invalid: ReadonlyArray<{ readonly index: number; readonly reason: string }>
  readonly reason: string
}

export interface ProduceAnswer {
  readonly results: readonly ProduceResult[]
  readonly throttleMs: number
}

/** Sends batches to the broker that leads their partitions. With acks=0 there is no answer: all is taken to be well. */
export async function produce(
  broker: Broker,
  batches: readonly ProduceBatch[],
  how: {
    readonly acks: -1 | 0 | 1
    readonly timeoutMs: number
    /** The batches are of its open transaction. */
    readonly transaction?: { readonly id: string; readonly hasEpochs: boolean } | undefined
  },
): Promise<ProduceAnswer> {
  const { acks, timeoutMs, transaction } = how
  const brokerWaitMs = Math.floor(timeoutMs * brokerWaitPart)
  const request = { transactionalId: transaction?.id ?? null, acks, timeoutMs: brokerWaitMs, batches }
  const joins = transaction?.hasEpochs === true
  let version = 0
  const payload = await broker.exchange(({ versions }) => {
    version = commonVersion('Produce', joins ? joining : plain, versions.get(produceKey))
    const body = joins ? encodeFlexible(request) : encodeProduce(request)
    return { name: 'Produce', key: produceKey, version, body, timeoutMs, answered: acks !== 0 }
  })
  if (joins) return decodeFlexible(payload)
  if (acks !== 0) return decodeProduce(payload, version)
  const unknown = { errorCode: 0, baseOffset: -1n, invalid: [], reason: '' }
  return { results: batches.map(({ topic, partition }) => ({ topic, partition, ...unknown })), throttleMs: 0 }
}

interface ProduceRequest {
  /** Null: no transaction. */
  readonly transactionalId: string | null
  readonly acks: -1 | 0 | 1
  readonly timeoutMs: number
  readonly batches: readonly ProduceBatch[]
}

/** The body of a request; batches aren't copied. */
function encodeProduce(request: ProduceRequest): Buffer[] {
  const byTopic = Map.groupBy(request.batches, (batch) => batch.topic)
  const parts = [
    text(request.transactionalId),
    int16(request.acks),
    int32(request.timeoutMs),
    int32(byTopic.size),
  ]
  for (const [topic, batches] of byTopic) {
    parts.push(text(topic), int32(batches.length))
    for (const { partition, bytes } of batches) parts.push(int32(partition), int32(bytes.length), bytes)
  }
  return mergeSmall(parts)
}

/** The same in the flexible encoding, the end of the request's head included. */
function encodeFlexible({ transactionalId, acks, timeoutMs, batches }: ProduceRequest): Buffer[] {
  const parts: Buffer[] = []
  let to = new WireWriter()
  const cut = (): void => {
    parts.push(to.written())
    to = new WireWriter()
  }
  to.noTags().compactString(transactionalId).int16(acks).int32(timeoutMs)
  to.compactArray([...Map.groupBy(batches, ({ topic }) => topic)], ([topic, ones]) => {
    to.compactString(topic).compactArray(ones, ({ partition, bytes }) => {
      to.int32(partition).unsignedVarint(bytes.length + 1)
      cut()
      parts.push(bytes)
      to.noTags()
    })
    to.noTags()
  })
  to.noTags()
  cut()
  return parts
}

function decodeFlexible(payload: Buffer): ProduceAnswer {
  const from = new WireReader(payload).tags()
  const results = from.compactArray(() => {
    const topic = from.compactString()
    const ofTopic = from.compactArray(() => readFlexible(from, topic))
    from.tags()
    return ofTopic
  })
  return { results: results.flat(), throttleMs: from.int32() }
}

function readFlexible(from: WireReader, topic: string): ProduceResult {
  const [partition, errorCode, baseOffset] = [from.int32(), from.int16(), from.int64()]
  // the time of appending, and the start of the log
  from.int64()
  from.int64()
  const invalid = from.compactArray(() => {
    const one = { index: from.int32(), reason: from.compactString() }
    from.tags()
    return one
  })
  const reason = from.compactString()
  from.tags()
  return { topic, partition, errorCode, baseOffset, invalid, reason }
}

function decodeProduce(payload: Buffer, version: number): ProduceAnswer {
  const reader = new Reader(payload)
  const results = reader.array(() => {
    const topic = reader.text() ?? ''
    return reader.array(() => readResult(reader, topic, version))
  })
  return { results: results.flat(), throttleMs: reader.int32() }
}

function readResult(reader: Reader, topic: string, version: number): ProduceResult {
  const partition = reader.int32()
  const errorCode = reader.int16()
  const baseOffset = reader.int64()
  reader.int64()
  if (version >= 5) reader.int64()
  if (version < 8) return { topic, partition, errorCode, baseOffset, invalid: [], reason: '' }
  const invalid = reader.array(() => ({ index: reader.int32(), reason: reader.text() ?? '' }))
  return { topic, partition, errorCode, baseOffset, invalid, reason: reader.text() ?? '' }
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int16(): number {
    this.#at += 2
    return this.#bytes.readInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  int64(): bigint {
    this.#at += 8
    return this.#bytes.readBigInt64BE(this.#at - 8)
  }

  text(): string | undefined {
    const length = this.int16()
    if (length < 0) return undefined
    this.#at += length
    return this.#bytes.toString('utf8', this.#at - length, this.#at)
  }

  array<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read)
  }
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string | null): Buffer {
  if (value === null) return int16(-1)
  const bytes = Buffer.from(value)
  return Buffer.concat([int16(bytes.length), bytes])
}

/** Neighbouring fields as one buffer, so that a socket gets few pieces; large ones stay as they are. */
function mergeSmall(parts: readonly Buffer[]): Buffer[] {
  const merged: Buffer[] = []
  let small: Buffer[] = []
  for (const part of parts) {
    if (part.length < 256) {
      small.push(part)
      continue
    }
    if (small.length > 0) merged.push(Buffer.concat(small))
    small = []
    merged.push(part)
  }
  if (small.length > 0) merged.push(Buffer.concat(small))
  return merged
}
