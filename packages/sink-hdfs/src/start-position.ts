import type { TopicPartition } from '@sluice/template'
import { rangeInName } from './file-names.ts'

export interface Recovered extends TopicPartition {
  /** Names in the partition's folder. */
  readonly names: readonly string[]
  /** What the group has committed, if anything. */
  readonly committed: bigint | undefined
  /** The partition's end in Kafka. */
  readonly logEnd: bigint | undefined
}

/**
 * Where to read on: behind the last offset in the files' names, or at the group's offset where that is further. Undefined: nothing is known
 * here, the group's rule for a first start decides.
 *
 * Throws where files hold offsets that the topic doesn't have: to read on would drop every record of a recreated topic until it is as
 * long as the old one was.
 */
export function startPosition(recovered: Recovered): bigint | undefined {
  const { logEnd } = recovered
  // A group's offset beyond the end is of a log that is gone: whatever follows it here would be left out.
  const beyond = logEnd !== undefined && (recovered.committed ?? 0n) > logEnd
  const committed = beyond ? undefined : recovered.committed
  const written = endOfFiles(recovered, recovered.names)
  if (written !== undefined && logEnd !== undefined && written > logEnd) {
    throw new Error(
      `The files of ${recovered.topic}-${recovered.partition} end at offset ${written - 1n}, but the partition ends at ` +
        `${logEnd}: the topic seems to have been recreated. Move the old files out of the folder, or write to another topics.dir.`,
    )
  }
  if (written === undefined || committed === undefined) return written ?? committed
  return written > committed ? written : committed
}

/** The offset behind the last one that the names tell of; undefined where there is no finished file. */
export function endOfFiles(of: TopicPartition, names: readonly string[]): bigint | undefined {
  let last: bigint | undefined
  for (const name of names) {
    const end = rangeInName(of, name)?.end
    if (end !== undefined && (last === undefined || end > last)) last = end
  }
  return last === undefined ? undefined : last + 1n
}
