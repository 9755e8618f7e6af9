import type { TopicPartition } from '@sluice/template'

/** The offsets that a file holds, both included. */
export interface OffsetRange {
  readonly start: bigint
  readonly end: bigint
}

/** Where a connector's files lie, as Confluent's connector lays them out. */
export interface Layout {
  /** Absolute, without a slash at the end. */
  folderOfTopics(topic: string): string
  /** Digits that an offset has at least. */
  readonly zeroPadWidth: number
  /** With its dot: `.json`. */
  readonly extension: string
}

/** The folder of a partition's finished files. */
export function partitionFolder(layout: Layout, { topic, partition }: TopicPartition): string {
  return `${layout.folderOfTopics(topic)}/${topic}/partition=${partition}`
}

/** The folder under which each owner of the partition has one of its own, named by a UUID. */
export function ownersFolder(layout: Layout, { topic, partition }: TopicPartition): string {
  return `${layout.folderOfTopics(topic)}/+tmp/${topic}/${partition}`
}

export function fileName(layout: Layout, { topic, partition }: TopicPartition, range: OffsetRange): string {
  const padded = (offset: bigint): string => offset.toString().padStart(layout.zeroPadWidth, '0')
  return `${topic}+${partition}+${padded(range.start)}+${padded(range.end)}${layout.extension}`
}

/** The offsets in the name of a finished file of this partition, whatever its extension; undefined for any other name. */
export function rangeInName({ topic, partition }: TopicPartition, name: string): OffsetRange | undefined {
  // A topic's name has no plus sign, so the parts can't be mistaken.
  const [itsTopic, itsPartition, start, rest, ...more] = name.split('+')
  const end = /^(\d+)(?:\.[\w.]+)?$/.exec(rest ?? '')?.[1]
  if (itsTopic !== topic || itsPartition !== String(partition) || more.length > 0) return undefined
  if (end === undefined || start === undefined || !/^\d+$/.test(start)) return undefined
  return { start: BigInt(start), end: BigInt(end) }
}
