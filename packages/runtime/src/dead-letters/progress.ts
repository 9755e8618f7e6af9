/** What was sent again between two dead letters that were not, as offsets: `end` is the one behind the last. */
interface Run {
  readonly start: bigint
  readonly end: bigint
}

/** What a group keeps of one partition. */
export interface KeptProgress {
  readonly offset: bigint | null
  readonly metadata: string
}

const format = 'sluice-dlq-1'

/** Kafka keeps 4096 bytes beside an offset; the rest is for the letters between two commits. */
const roomyCharacters = 3000

/**
 * Which dead letters of one partition were sent again already. Letters are passed in the order of their offsets. A group's committed offset says
 * that everything below is done; where letters before others were left out, the text beside it says which beyond are done.
 *
 * Invariant: a letter is done according to what is kept only if `pass` was told so, then or in an earlier session.
 */
export class Progress {
  #base: bigint
  /** Done beyond the base. */
  #runs: Run[] = []
  /** The same, as it was kept before, of what was not passed yet. */
  #before: readonly Run[]
  #position: bigint
  #lastWasDone = true

  /** `now`: where the partition starts and ends. Throws where the group's text is not this class's. */
  constructor(kept: KeptProgress, now: { readonly earliest: bigint; readonly latest: bigint }) {
    // beyond the end: the topic was made anew since
    const offset = kept.offset !== null && kept.offset <= now.latest ? kept.offset : now.earliest
    this.#before = offset === kept.offset ? decode(kept.metadata, offset) : []
    this.#base = offset > now.earliest ? offset : now.earliest
    this.#position = this.#base
  }

  /** Where to read on: nothing before it is left. */
  get start(): bigint {
    return this.#base
  }

  /** Was it done in an earlier session? */
  wasDone(offset: bigint): boolean {
    return this.#before.some(({ start, end }) => start <= offset && offset < end)
  }

  /** How many offsets below `end` are not done; those that no letter has count too. */
  leftBefore(end: bigint): bigint {
    const done = this.#before
      .filter((run) => run.end > this.#base)
      .reduce((sum, run) => sum + run.end - (run.start > this.#base ? run.start : this.#base), 0n)
    return end - this.#base - done
  }

  /** The next letter: done, or left as it is. */
  pass(offset: bigint, done: boolean): void {
    this.#position = offset + 1n
    if (this.#allDone) {
      this.#base = done ? offset + 1n : offset
    } else if (done && this.#lastWasDone) {
      this.#runs.push({ start: this.#runs.pop()!.start, end: offset + 1n })
    } else if (done) {
      this.#runs.push({ start: offset, end: offset + 1n })
    }
    this.#lastWasDone = done
  }

  /** Nothing else is to come before that offset. */
  moveTo(offset: bigint): void {
    this.#position = offset
    if (this.#allDone) this.#base = offset
  }

  get #allDone(): boolean {
    return this.#lastWasDone && this.#runs.length === 0
  }

  /** Has the text beside the offset room for a hundred letters more, however they are mixed? */
  get isRoomy(): boolean {
    return this.kept().metadata.length <= roomyCharacters
  }

  kept(): { readonly offset: bigint; readonly metadata: string } {
    const later = this.#before.flatMap(({ start, end }) => {
      if (end <= this.#position) return []
      return [{ start: start > this.#position ? start : this.#position, end }]
    })
    return { offset: this.#base, metadata: encode([...this.#runs, ...later], this.#base) }
  }
}

/** Gaps and lengths in turn, to the base of 36. */
function encode(runs: readonly Run[], base: bigint): string {
  if (runs.length === 0) return ''
  let at = base
  const numbers: bigint[] = []
  for (const { start, end } of runs) {
    numbers.push(start - at, end - start)
    at = end
  }
  return `${format}:${numbers.map((number) => number.toString(36)).join('.')}`
}

function decode(text: string, base: bigint): readonly Run[] {
  if (text === '') return []
  const match = /^sluice-dlq-1:((?:[0-9a-z]+\.[0-9a-z]+)(?:\.[0-9a-z]+\.[0-9a-z]+)*)$/.exec(text)
  if (!match) throw new Error('The group was not used by sluice dlq before; choose another one.')
  const numbers = match[1]!.split('.').map(parse36)
  const runs: Run[] = []
  let at = base
  for (let index = 0; index < numbers.length; index += 2) {
    const start = at + numbers[index]!
    at = start + numbers[index + 1]!
    runs.push({ start, end: at })
  }
  return runs
}

function parse36(digits: string): bigint {
  let value = 0n
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  return value
}
