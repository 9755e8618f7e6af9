import { kindOf } from '@sluice/template'

interface Known<V> {
  readonly value: V
  readonly until: number
}

interface Refusal {
  readonly error: unknown
  readonly until: number
}

export interface LookupOptions<V> {
  readonly find: (key: string) => Promise<V>
  /** How many values are kept; the one that was not asked for the longest goes first. */
  readonly keep: number
  /** How long a value is believed; Infinity: for ever. */
  readonly keepMs?: number
  /** How long a refusal is, so that a topic full of bad records isn't a question each. */
  readonly refusalKeepMs: number
  readonly now?: () => number
}

/** More refusals than this are not worth remembering: whoever sends bytes at random must not fill the memory. */
const refusalsKept = 1000

/**
 * What was looked up by key. One lookup runs for a key at a time, and whoever asks meanwhile waits for the same. Answers and refusals (record
 * errors) are kept; failures that waiting may cure are not.
 */
export class Lookups<V> {
  readonly #options: LookupOptions<V>
  readonly #now: () => number
  readonly #known = new Map<string, Known<V>>()
  readonly #refused = new Map<string, Refusal>()
  readonly #running = new Map<string, Promise<V>>()

  constructor(options: LookupOptions<V>) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** A promise only where it must be looked up. Throws what was refused a short while ago. */
  get(key: string): V | Promise<V> {
    const known = this.known(key)
    if (known !== undefined) return known
    const refused = this.#refused.get(key)
    if (refused && refused.until > this.#now()) throw refused.error
    const running = this.#running.get(key) ?? this.#find(key)
    return running
  }

  /** What is known without asking. */
  known(key: string): V | undefined {
    const found = this.#known.get(key)
    if (found === undefined) return undefined
    this.#known.delete(key)
    if (found.until <= this.#now()) return undefined
    this.#known.set(key, found)
    return found.value
  }

  #find(key: string): Promise<V> {
    const running = this.#options.find(key).then(
      (value) => {
        this.#running.delete(key)
        this.#keep(key, value)
        return value
      },
      (error: unknown) => {
        this.#running.delete(key)
        this.#remember(key, error)
        throw error
      },
    )
    this.#running.set(key, running)
    return running
  }

  #keep(key: string, value: V): void {
    const { keep, keepMs = Infinity } = this.#options
    if (this.#known.size >= keep) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(key, { value, until: this.#now() + keepMs })
    this.#refused.delete(key)
  }

  #remember(key: string, error: unknown): void {
    if (kindOf(error) !== 'record') return
    if (this.#refused.size >= refusalsKept) this.#refused.clear()
    this.#refused.set(key, { error, until: this.#now() + this.#options.refusalKeepMs })
  }
}
