import type { Admin, TopicReader } from '../kafka/types.ts'
import { type DeadLetter, placeOf, replayedFrom } from './letter.ts'

type Keyed = Pick<DeadLetter, 'key' | 'origin'>

interface Sought {
  /** The lowest offset of a letter. */
  from: bigint
  /** By key, as latin1: where its newest record is. */
  readonly keys: Map<string, bigint>
}

/**
 * Which dead letters have a newer record of their key in the topic that they come from: sent again they would put something old behind it.
 * Records that were themselves sent again don't count as newer. Reads the topics from the first letter on.
 */
export async function newerRecords(
  letters: readonly Keyed[],
  { admin, reader }: { readonly admin: Pick<Admin, 'offsets'>; readonly reader: Pick<TopicReader, 'read'> },
): Promise<(letter: Keyed) => string | undefined> {
  const sought = new Map<string, Map<number, Sought>>()
  for (const { key, origin } of letters) {
    if (key === null || origin.kind !== 'sink') continue
    const partitions = sought.get(origin.topic) ?? new Map<number, Sought>()
    sought.set(origin.topic, partitions)
    const one = partitions.get(origin.partition) ?? { from: origin.offset, keys: new Map<string, bigint>() }
    partitions.set(origin.partition, one)
    if (origin.offset < one.from) one.from = origin.offset
    one.keys.set(textOf(key), -1n)
  }
  for (const [topic, partitions] of sought) await look(topic, partitions, { admin, reader })
  return ({ key, origin }) => {
    if (key === null || origin.kind !== 'sink') return undefined
    const newest = sought.get(origin.topic)?.get(origin.partition)?.keys.get(textOf(key)) ?? -1n
    const { topic, partition } = origin
    return newest > origin.offset ? placeOf({ topic, partition, offset: newest }) : undefined
  }
}

async function look(
  topic: string,
  partitions: ReadonlyMap<number, Sought>,
  { admin, reader }: Parameters<typeof newerRecords>[1],
): Promise<void> {
  const [starts, ends] = await Promise.all([admin.offsets(topic, 'earliest'), admin.offsets(topic, 'latest')])
  const parts = [...partitions].map(([partition, { from }]) => {
    const earliest = starts.get(partition) ?? 0n
    return { topic, partition, start: from > earliest ? from : earliest, end: ends.get(partition) ?? 0n }
  })
  await reader.read(parts, ({ partition, offset, key, headers }) => {
    if (key === null || headers.some((header) => header.key === replayedFrom)) return
    const { keys } = partitions.get(partition)!
    const text = textOf(key)
    if (keys.has(text)) keys.set(text, offset)
  })
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}
