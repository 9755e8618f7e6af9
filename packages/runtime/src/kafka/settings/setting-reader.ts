import { KafkaError } from '../types.ts'

export type Settings = Readonly<Record<string, string>>

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
    const { fallback, least, most = Number.MAX_SAFE_INTEGER } = how
    const text = this.text(name)
    if (text === '') return fallback
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    this.issue(name, `is '${text}', but must be an integer from ${least} to ${most}`)
    return fallback
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
