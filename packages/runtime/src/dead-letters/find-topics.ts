import type { Admin, Stretch, TopicReader } from '../kafka/types.ts'
import { type DeadLetter, readLetter } from './letter.ts'
import { setAsideAt } from './letter-filter.ts'
import { Progress } from './progress.ts'
import { boundsOf } from './read-letters.ts'

/** A topic that dead letters are in, or are to go to. */
export interface LetterTopic {
  readonly topic: string
  readonly exists: boolean
  readonly letters: bigint
  /** Not sent again yet. */
  readonly left: bigint
  /** Connectors that name it, or whose letter is the last in a partition. */
  readonly connectors: readonly string[]
  /** Of the newest letter. */
  readonly newest: DeadLetter | undefined
}

export interface FindOptions {
  readonly admin: Pick<Admin, 'describeTopics' | 'offsets' | 'groupOffsets'>
  readonly reader: Pick<TopicReader, 'read'>
  /** Topics that connectors name, with these. */
  readonly named: ReadonlyMap<string, readonly string[]>
  /** Looks into every topic of the cluster, not only those with a name like one. */
  readonly all: boolean
  readonly groupOf: (topic: string) => string
}

/** The very last offset may be a marker of a transaction. */
const lastFew = 10n

const internal = /^(__|connect-(configs|offsets|status)$)/
const telling = /dlq|dead.?letter|poison|reject|error|fail/i

/** Topics that are named by connectors, and those whose last records have the headers of dead letters. */
export async function findLetterTopics(options: FindOptions): Promise<readonly LetterTopic[]> {
  const { admin, named, all } = options
  const existing = [...(await admin.describeTopics()).keys()]
  const guessed = existing.filter((topic) => !internal.test(topic) && (all || telling.test(topic)))
  const names = [...new Set([...named.keys(), ...guessed])].toSorted()
  const found: LetterTopic[] = []
  for (const topic of names) {
    const one = existing.includes(topic) ? await lookInto(options, topic) : absent(topic, named)
    if (one) found.push(one)
  }
  return found
}

function absent(topic: string, named: FindOptions['named']): LetterTopic {
  const connectors = named.get(topic) ?? []
  return { topic, exists: false, letters: 0n, left: 0n, connectors, newest: undefined }
}

/** Undefined: nothing says that it has to do with dead letters. */
async function lookInto(options: FindOptions, topic: string): Promise<LetterTopic | undefined> {
  const { admin, reader, named } = options
  const bounds = await boundsOf({ admin, topic })
  const last: DeadLetter[] = []
  const ends = bounds.filter(({ start, end }) => start < end)
  await reader.read(
    ends.map((one) => ({ ...one, start: one.end - lastFew > one.start ? one.end - lastFew : one.start })),
    (record) => void last.push(readLetter(record)),
  )
  const letters = last.filter(({ origin }) => origin.kind !== 'unknown')
  if (letters.length === 0 && !named.has(topic)) return undefined
  const connectors = new Set([
    ...(named.get(topic) ?? []),
    ...letters.flatMap((one) => one.reason?.connector ?? []),
  ])
  return {
    topic,
    exists: true,
    letters: bounds.reduce((sum, { start, end }) => sum + end - start, 0n),
    left: await leftIn(options, bounds),
    connectors: [...connectors].toSorted(),
    newest: last.toSorted((a, b) => setAsideAt(b) - setAsideAt(a))[0],
  }
}

async function leftIn({ admin, groupOf }: FindOptions, bounds: readonly Stretch[]): Promise<bigint> {
  const topic = bounds[0]?.topic
  if (topic === undefined) return 0n
  const kept = await admin.groupOffsets(groupOf(topic), [topic])
  return bounds.reduce((sum, { partition, start, end }) => {
    const of = kept.find((one) => one.partition === partition) ?? { offset: null, metadata: '' }
    const progress = new Progress(of, { earliest: start, latest: end })
    return sum + progress.leftBefore(end)
  }, 0n)
}
