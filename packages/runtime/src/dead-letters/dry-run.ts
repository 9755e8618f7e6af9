import type { Admin, TopicReader } from '../kafka/types.ts'
import { isMeant } from './letter-filter.ts'
import { Progress } from './progress.ts'
import { boundsOf, lettersIn } from './read-letters.ts'
import type { ReplayOptions, ReplayResult } from './replay.ts'

/** So many letters are held at once. */
const chunk = 2000n

/** What `replayLetters` would do now. Nothing is sent, no group is joined. */
export async function dryRun(
  options: Omit<ReplayOptions, 'clients'> & {
    readonly admin: Pick<Admin, 'describeTopics' | 'offsets' | 'groupOffsets'>
    readonly reader: Pick<TopicReader, 'read'>
  },
): Promise<ReplayResult> {
  const { admin, reader, topic, groupId, filter, limit, restore, onLetter, signal } = options
  const kept = await admin.groupOffsets(groupId, [topic])
  let [meant, doneBefore, leftOut] = [0, 0, 0]
  for (const { partition, start, end } of await boundsOf({ admin, topic })) {
    const of = kept.find((one) => one.partition === partition) ?? { offset: null, metadata: '' }
    const progress = new Progress(of, { earliest: start, latest: end })
    for (let at = progress.start; at < end && meant < limit && !signal.aborted; at += chunk) {
      const part = { topic, partition, start: at, end: at + chunk < end ? at + chunk : end }
      for (const letter of await lettersIn(reader, part)) {
        if (meant >= limit) break
        if (progress.wasDone(letter.offset)) doneBefore++
        else if (!isMeant(letter, filter)) leftOut++
        else {
          const restored = await restore(letter)
          if (!('refused' in restored)) meant++
          onLetter('record' in restored ? { letter, sentTo: restored.record.topic } : { letter, ...restored })
        }
      }
    }
  }
  return { doneBefore, leftOut }
}
