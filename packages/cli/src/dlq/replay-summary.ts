import { type LetterFate, placeOf, type ReplayResult } from '@sluice/runtime'
import { reasonLine } from './letter-text.ts'

const mostShown = 20

/** Counts what becomes of letters, and says it at the end. */
export class ReplaySummary {
  readonly #dryRun: boolean
  readonly #sent = new Map<string, number>()
  readonly #refusals: string[] = []
  #dropped = 0
  #refused = 0

  constructor({ dryRun }: { readonly dryRun: boolean }) {
    this.#dryRun = dryRun
  }

  get refused(): number {
    return this.#refused
  }

  get hasNews(): boolean {
    return this.#sent.size + this.#dropped + this.#refused > 0
  }

  add(fate: LetterFate): void {
    if ('sentTo' in fate) this.#sent.set(fate.sentTo, (this.#sent.get(fate.sentTo) ?? 0) + 1)
    else if ('dropped' in fate) this.#dropped++
    else if (this.#refused++ < mostShown) this.#refusals.push(`  ${placeOf(fate.letter)}: ${fate.refused}\n`)
  }

  /** For dry runs: a line for each. */
  lineOf(fate: LetterFate): string {
    const place = placeOf(fate.letter)
    const why = reasonLine(fate.letter, 100)
    if ('sentTo' in fate) return `${place} would go to ${fate.sentTo}: ${why}\n`
    return 'dropped' in fate ? `${place} would be dropped by a transform: ${why}\n` : ''
  }

  text(how: ReplayResult & { readonly topic: string; readonly groupId: string }): string {
    const { doneBefore, leftOut, stopped, groupId } = how
    const lines = [
      this.#sentText(),
      ...(this.#dropped > 0 ? [`Dropped by a transform: ${this.#dropped}.\n`] : []),
      ...this.#refusedText(),
      ...(leftOut > 0 ? [`Left out by the filter: ${leftOut}.\n`] : []),
      ...(doneBefore > 0 ? [`Sent again earlier: ${doneBefore}.\n`] : []),
      ...(stopped === undefined ? [] : [`${stopped}\n`]),
      this.#dryRun ? '' : `What was sent is remembered by the group ${groupId}.\n`,
    ]
    return lines.join('')
  }

  #sentText(): string {
    const total = [...this.#sent.values()].reduce((sum, count) => sum + count, 0)
    const letters = total === 1 ? '1 dead letter' : `${total} dead letters`
    const topics = [...this.#sent].map(([topic, count]) => `${count} to ${topic}`).join(', ')
    const verb = this.#dryRun ? 'would be sent again' : total === 1 ? 'was sent again' : 'were sent again'
    return `${letters} ${verb}${total === 0 ? '' : `: ${topics}`}.\n`
  }

  #refusedText(): readonly string[] {
    if (this.#refused === 0) return []
    const more = this.#refused - this.#refusals.length
    return [
      `Can't be sent: ${this.#refused}.\n`,
      ...this.#refusals,
      ...(more > 0 ? [`  and ${more} more\n`] : []),
    ]
  }
}
