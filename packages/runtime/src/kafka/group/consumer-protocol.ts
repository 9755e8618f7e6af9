import type { TopicPartition } from '../types.ts'
import { byTopic } from './partitions.ts'
import { WireReader, WireWriter } from './wire.ts'

/** What a member tells the group's leader (KIP-429, KIP-792, KIP-881): read by the JVM's consumers as well. */
export interface Subscription {
  readonly topics: readonly string[]
  readonly owned: readonly TopicPartition[]
  /** The generation in which `owned` was assigned; -1 where nothing is claimed. */
  readonly generation: number
  readonly rack: string | null
}

const version = 3

export const encodeSubscription = ({ topics, owned, generation, rack }: Subscription): Buffer => {
  const to = new WireWriter()
  to.int16(version)
    .array(topics, (topic) => to.string(topic))
    .bytes(null)
  writePartitions(to, owned)
  return to.int32(generation).string(rack).written()
}

/** Reads any version: fields that an older member doesn't send are empty. */
export const decodeSubscription = (bytes: Buffer): Subscription => {
  const from = new WireReader(bytes)
  const sent = from.int16()
  const topics = from.array(() => from.string())
  from.bytes()
  return {
    topics,
    owned: sent >= 1 ? readPartitions(from) : [],
    generation: sent >= 2 ? from.int32() : -1,
    rack: sent >= 3 ? from.nullableString() : null,
  }
}

export const encodeAssignment = (partitions: readonly TopicPartition[]): Buffer => {
  const to = new WireWriter()
  writePartitions(to.int16(version), partitions)
  return to.bytes(null).written()
}

/** An empty answer is an empty assignment: so the coordinator tells a member of whom the leader didn't know. */
export const decodeAssignment = (bytes: Buffer): readonly TopicPartition[] => {
  if (bytes.length === 0) return []
  const from = new WireReader(bytes)
  from.int16()
  return readPartitions(from)
}

const writePartitions = (to: WireWriter, partitions: readonly TopicPartition[]): void => {
  to.array([...byTopic(partitions)], ([topic, numbers]) =>
    to.string(topic).array(numbers, ({ partition }) => to.int32(partition)),
  )
}

const readPartitions = (from: WireReader): readonly TopicPartition[] =>
  from
    .array(() => {
      const topic = from.string()
      return from.array(() => ({ topic, partition: from.int32() }))
    })
    .flat()
