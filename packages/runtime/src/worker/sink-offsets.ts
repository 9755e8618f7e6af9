import { type Json, stringifyJson } from '@sluice/template'
import { type Admin, KafkaError } from '../kafka/types.ts'
import type { SinkOffset } from './alter-offsets.ts'
import type { ConnectorOffset } from './connectors.ts'
import { RequestError } from './request-error.ts'

/** What a sink's group has committed, as REST shows it. */
export async function readSinkOffsets(
  admin: Pick<Admin, 'groupOffsets'>,
  groupId: string,
): Promise<readonly ConnectorOffset[]> {
  const committed = await admin.groupOffsets(groupId)
  return committed
    .filter(({ offset }) => offset !== null)
    .map(({ topic, partition, offset }) => ({
      partition: { kafka_topic: topic, kafka_partition: partition },
      offset: { kafka_offset: offset },
    }))
}

/** Throws a RequestError of 400 for what can be no offset of a sink, in Kafka Connect's words. */
export function sinkChanges(changes: readonly ConnectorOffset[]): readonly SinkOffset[] {
  const last = new Map<string, SinkOffset>()
  for (const { partition, offset } of changes) {
    const { topic, partition: index } = topicPartition(partition)
    last.set(`${topic} ${index}`, { topic, partition: index, offset: sinkOffset(offset) })
  }
  return [...last.values()]
}

/** Rejects with a RequestError where the group still has members. */
export async function writeSinkOffsets(
  admin: Pick<Admin, 'setGroupOffsets' | 'forgetGroupOffsets'>,
  { connector, groupId }: { readonly connector: string; readonly groupId: string },
  offsets: readonly SinkOffset[],
): Promise<void> {
  const set = offsets.flatMap((one) => (one.offset === null ? [] : [{ ...one, offset: one.offset }]))
  const forgotten = offsets.filter(({ offset }) => offset === null)
  await refused(connector, 'alter', async () => {
    if (set.length > 0) await admin.setGroupOffsets(groupId, set)
    if (forgotten.length > 0) await admin.forgetGroupOffsets(groupId, forgotten)
  })
}

/** Forgets all offsets, by deleting the group. */
export async function resetSinkOffsets(
  admin: Pick<Admin, 'deleteGroup'>,
  { connector, groupId }: { readonly connector: string; readonly groupId: string },
): Promise<void> {
  await refused(connector, 'reset', () => admin.deleteGroup(groupId))
}

const hasMembers = new Set(['UNKNOWN_MEMBER_ID', 'GROUP_SUBSCRIBED_TO_TOPIC', 'NON_EMPTY_GROUP'])

async function refused(
  connector: string,
  doing: 'alter' | 'reset',
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (cause) {
    const what = `Failed to ${doing} consumer group offsets for connector ${connector}`
    if (cause instanceof KafkaError && hasMembers.has(cause.code)) {
      throw new RequestError(500, `${what} ${stillRunning(doing)}`, { cause })
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RequestError(500, `${what}: ${reason}`, { cause })
  }
}

function stillRunning(doing: 'alter' | 'reset'): string {
  return (
    "either because its tasks haven't stopped completely yet or the connector was resumed before the request to " +
    `${doing} its offsets could be successfully completed. If the connector is in a stopped state, this operation can be safely retried. ` +
    "If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks."
  )
}

function topicPartition(partition: ConnectorOffset['partition']): {
  readonly topic: string
  readonly partition: number
} {
  if (!Object.hasOwn(partition, 'kafka_topic') || !Object.hasOwn(partition, 'kafka_partition')) {
    throw new RequestError(
      400,
      "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'",
    )
  }
  const { kafka_topic: topic, kafka_partition: index } = partition
  if (topic === null || topic === undefined || topic === '' || typeof topic === 'object') {
    throw new RequestError(400, 'Kafka topic names must be valid strings and may not be null')
  }
  if (index === null || index === undefined) {
    throw new RequestError(400, 'Kafka partitions must be valid numbers and may not be null')
  }
  const number = integer(index)
  if (number === undefined || number < 0n || number >= 2n ** 31n) {
    throw new RequestError(
      400,
      `Failed to parse the following Kafka partition value in the provided offsets: '${shown(index)}'. Partition values for sink connectors need to be integers.`,
    )
  }
  return { topic: shown(topic), partition: Number(number) }
}

function sinkOffset(offset: ConnectorOffset['offset']): bigint | null {
  if (offset === null) return null
  const value = Object.hasOwn(offset, 'kafka_offset') ? offset['kafka_offset'] : undefined
  if (value === undefined) {
    throw new RequestError(
      400,
      "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
    )
  }
  const number = integer(value)
  if (number === undefined || number < 0n || number >= 2n ** 63n) {
    throw new RequestError(
      400,
      `Failed to parse the following Kafka offset value in the provided offsets: '${shown(value)}'. Offset values for sink connectors need to be integers.`,
    )
  }
  return number
}

/** Both 10 and "10" are taken. */
function integer(value: Json): bigint | undefined {
  const text = shown(value)
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined
}

function shown(value: Json): string {
  return typeof value === 'object' ? stringifyJson(value) : String(value)
}
