/** One thing that would be different. */
export interface Change {
  readonly name: string
  /** Absent: there is none yet. */
  readonly from?: string | undefined
  /** Absent: it goes away. */
  readonly to?: string | undefined
}

/** One request that changes something, described before it is sent. */
export interface Step {
  /** What is done: `grow the storage of shop`. */
  readonly doing: string
  readonly changes: readonly Change[]
  /** What it costs in waiting, as AWS documents it or as others report it. */
  readonly takes: string
  /** What it costs in money, where it does. */
  readonly bill?: string | undefined
  /** What can be lost or interrupted by it; such a step has to be agreed to. */
  readonly danger?: string | undefined
  readonly operation: string
  /** Without CurrentVersion, which is fetched when it is sent. */
  readonly input: object
}

/** What would be done, in this order. Nothing was sent yet. */
export interface Plan {
  /** What it is about: `shop`. */
  readonly of: string
  readonly steps: readonly Step[]
  /** What to know besides. */
  readonly notes: readonly string[]
}

export function isDangerous({ steps }: Plan): boolean {
  return steps.some(({ danger }) => danger !== undefined)
}

/** A plan for people: what changes, how long it takes, what it may cost. */
export function planText({ of, steps, notes }: Plan): string {
  if (steps.length === 0) return `${of} is as it should be: there is nothing to do.\n${notesText(notes)}`
  const numbered = steps.map((step, index) => stepText(step, steps.length > 1 ? `${index + 1}. ` : ''))
  return numbered.join('') + notesText(notes)
}

function stepText({ doing, changes, takes, bill, danger }: Step, number: string): string {
  const wide = Math.max(0, ...changes.map(({ name }) => name.length))
  return [
    `${number}${doing}`,
    ...changes.map((change) => `   ${changeText(change, wide)}`),
    `   takes: ${takes}`,
    ...(bill === undefined ? [] : [`   costs: ${bill}`]),
    ...(danger === undefined ? [] : [`   careful: ${danger}`]),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function changeText({ name, from, to }: Change, wide: number): string {
  const what = name.padEnd(wide)
  if (from === undefined) return `+  ${what}  ${to ?? ''}`
  if (to === undefined) return `-  ${what}  ${from}`
  return `~  ${what}  ${from} -> ${to}`
}

function notesText(notes: readonly string[]): string {
  return notes.map((note) => `note: ${note}\n`).join('')
}
