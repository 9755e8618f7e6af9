import type { Admin, Stretch, TopicReader } from '../kafka/types.ts'
import { type DeadLetter, readLetter } from './letter.ts'
import { isMeant, type LetterFilter, setAsideAt } from './letter-filter.ts'

export interface LettersOptions {
  readonly admin: Pick<Admin, 'describeTopics' | 'offsets'>
  readonly reader: Pick<TopicReader, 'read'>
  readonly topic: string
  readonly filter: LetterFilter
}

/** So many letters are looked at first; then twice as many, up to the most, so that a rare one among millions is found. */
const firstLook = 500n
const mostAtOnce = 20_000n

/** Where partitions start and end now. Throws an Error for a topic that isn't there. */
export async function boundsOf({
  admin,
  topic,
}: Pick<LettersOptions, 'admin' | 'topic'>): Promise<readonly Stretch[]> {
  if (!(await admin.describeTopics([topic])).has(topic)) {
    throw new Error(`There is no topic ${topic}. sluice dlq list shows the dead-letter topics.`)
  }
  const [starts, ends] = await Promise.all([admin.offsets(topic, 'earliest'), admin.offsets(topic, 'latest')])
  return [...ends]
    .map(([partition, end]) => ({ topic, partition, start: starts.get(partition) ?? end, end }))
    .toSorted((a, b) => a.partition - b.partition)
}

/** The first `limit` letters that are meant, partition after partition, in their order. */
export async function* firstLetters(
  options: LettersOptions,
  { bounds, limit }: { readonly bounds: readonly Stretch[]; readonly limit: number },
): AsyncGenerator<DeadLetter> {
  let left = limit
  for (const { start, end, ...of } of bounds) {
    const from =
      options.filter.from !== undefined && options.filter.from > start ? options.filter.from : start
    for (let at = from, look = firstLook; at < end && left > 0; at += look, look = next(look)) {
      for (const letter of await meantIn(options, { ...of, start: at, end: least(at + look, end) })) {
        if (left-- > 0) yield letter
      }
    }
  }
}

/** The last `limit` letters that are meant of all partitions, by the time they were set aside. */
export async function lastLetters(
  options: LettersOptions,
  { bounds, limit }: { readonly bounds: readonly Stretch[]; readonly limit: number },
): Promise<readonly DeadLetter[]> {
  const found = await Promise.all(bounds.map((one) => lastOf(options, one, limit)))
  const ordered = found.flat().toSorted((a, b) => setAsideAt(a) - setAsideAt(b))
  return limit === Infinity ? ordered : ordered.slice(-limit)
}

async function lastOf(
  options: LettersOptions,
  { start, end, ...of }: Stretch,
  limit: number,
): Promise<readonly DeadLetter[]> {
  let letters: readonly DeadLetter[] = []
  for (let behind = end, look = firstLook; behind > start && letters.length < limit; ) {
    const from = behind - look > start ? behind - look : start
    letters = [...(await meantIn(options, { ...of, start: from, end: behind })), ...letters]
    behind = from
    look = next(look)
  }
  return limit === Infinity ? letters : letters.slice(-limit)
}

/** Letters as they come, behind `bounds`, until the signal aborts. */
export async function* newLetters(
  options: LettersOptions,
  how: {
    readonly bounds: readonly Stretch[]
    readonly pause: () => Promise<void>
    readonly signal: AbortSignal
  },
): AsyncGenerator<DeadLetter> {
  const ends = new Map(how.bounds.map(({ partition, end }) => [partition, end]))
  for (;;) {
    await how.pause()
    if (how.signal.aborted) return
    const { topic } = options
    for (const [partition, end] of await options.admin.offsets(topic, 'latest')) {
      const start = ends.get(partition) ?? 0n
      if (end > start) yield* await meantIn(options, { topic, partition, start, end })
      ends.set(partition, end)
    }
  }
}

/** The letters of a stretch that a test lets through. */
export async function lettersIn(
  reader: Pick<TopicReader, 'read'>,
  stretch: Stretch,
  isWanted: (letter: DeadLetter) => boolean = () => true,
): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = []
  await reader.read([stretch], (record) => {
    const letter = readLetter(record)
    if (isWanted(letter)) letters.push(letter)
  })
  return letters
}

function meantIn({ reader, filter }: LettersOptions, stretch: Stretch): Promise<readonly DeadLetter[]> {
  return lettersIn(reader, stretch, (letter) => isMeant(letter, filter))
}

function next(look: bigint): bigint {
  return least(look * 2n, mostAtOnce)
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
