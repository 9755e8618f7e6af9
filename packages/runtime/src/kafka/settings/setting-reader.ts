import { KafkaError } from '../types.ts'

export type Settings = Readonly<Record<string, string>>

/** A timer of Node waits no longer than that. */
export const maxTimerMs = 0x7fffffff
const maxLong = 2 ** 63

/** Reads typed values out of settings and collects everything that is wrong with them, to be told at once. */
export class SettingReader {
  readonly #settings: Settings
  readonly #issues: string[] = []

  constructor(settings: Settings) {
    this.#settings = settings
  }

  has(name: string): boolean {
    return this.text(name) !== ''
  }

  /** Trimmed; empty if it isn't set. */
  text(name: string, fallback = ''): string {
    return Object.hasOwn(this.#settings, name) ? (this.#settings[name] ?? '').trim() : fallback
  }

  list(name: string): string[] {
    return this.text(name)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  }

  integer(name: string, how: { fallback: number; least: number; most?: number }): number {
    const { fallback, least, most = maxLong } = how
    const text = this.text(name)
    if (text === '') return fallback
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    const range = most < maxLong ? `from ${least} to ${most}` : `of at least ${least}`
    this.issue(name, `is '${text}', but must be an integer ${range}`)
    return fallback
  }

  /** Milliseconds of any length, up to Java's longest; cut to what a timer of Node can wait. */
  ms(name: string, fallback: number): number {
    return Math.min(maxTimerMs, this.integer(name, { fallback, least: 0, most: maxLong }))
  }

  flag(name: string, fallback: boolean): boolean {
    return this.oneOf(name, fallback ? 'true' : 'false', ['true', 'false']) === 'true'
  }

  /** Case doesn't matter; the value comes back as it stands in `values`. */
  oneOf<const V extends string>(name: string, fallback: V, values: readonly V[]): V {
    const text = this.text(name, fallback)
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase())
    if (found === undefined) this.issue(name, `is '${text}', but must be one of ${values.join(', ')}`)
    return found ?? fallback
  }

  issue(name: string, problem: string): void {
    this.#issues.push(`${name} ${problem}`)
  }

  /** Throws one KafkaError (CONFIG) that lists every issue, if there are any. */
  done(of: string): void {
    if (this.#issues.length === 0) return
    throw new KafkaError(`The settings of ${of} are wrong: ${this.#issues.join('; ')}.`, {
      code: 'CONFIG',
      retriable: false,
    })
  }
}
