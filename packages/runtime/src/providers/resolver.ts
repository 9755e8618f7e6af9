import { type ConfigProvider, type Issue, kindOf } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { unlessAborted } from '../task/signals.ts'
import { partsOf, type Reference, referencesIn } from './references.ts'

export interface Resolution {
  /** With values in place of references. What could not be looked up is still there as the reference. */
  readonly settings: Settings
  /** By the reference's text. */
  readonly values: ReadonlyMap<string, string>
  /** References that could not be looked up, under the settings that have them. `mayPass`: the provider gave no answer just now. */
  readonly issues: readonly Issue[]
  /** After so long the first of the values is to be looked up again; undefined: never. */
  readonly ttlMs?: number
}

/** Some of the references in settings could not be looked up. Trying again may help: values are put where they belong, servers come back. */
export class UnresolvedError extends Error {
  constructor(issues: readonly Issue[]) {
    super(issues.map(({ field, message }) => `The setting ${field} ${message}.`).join('\n'))
    this.name = 'UnresolvedError'
  }
}

interface Answer {
  readonly values: ReadonlyMap<string, string>
  readonly ttlMs?: number
  /** Why there are none. */
  readonly failure?: string
  /** The failure stays as it is, however often it is tried. */
  readonly final?: boolean
}

const answerWithinMs = 10_000

/** Looks up what settings refer to. References to providers that there aren't are left as they are, as Kafka Connect does. */
export class Resolver {
  readonly #providers: ReadonlyMap<string, ConfigProvider>
  readonly #awaited = new Map<string, Promise<Answer>>()

  constructor(providers: ReadonlyMap<string, ConfigProvider>) {
    this.#providers = providers
  }

  /** Is it nothing but references to providers that there are? */
  isReference(text: string): boolean {
    const isOne = (part: string | Reference): boolean =>
      typeof part !== 'string' && this.#providers.has(part.provider)
    return text !== '' && partsOf(text).every(isOne)
  }

  /** Never rejects: what could not be looked up is an issue. */
  async lookUp(settings: Settings): Promise<Resolution> {
    const answers = await this.#ask([...settings.values()].flatMap((text) => this.#referencesIn(text)))
    const values = new Map<string, string>()
    const issues: Issue[] = []
    const resolved = new Map<string, string>()
    for (const [field, text] of settings) {
      const replace = (reference: Reference): string => {
        const answer = answers.get(placeOf(reference))
        const value = answer?.values.get(reference.key)
        if (value !== undefined) values.set(reference.text, value)
        else if (answer !== undefined) issues.push(issueOf(field, reference, answer))
        return value ?? reference.text
      }
      const parts = text.includes('${') ? partsOf(text) : [text]
      resolved.set(field, parts.map((part) => (typeof part === 'string' ? part : replace(part))).join(''))
    }
    const ttls = [...answers.values()].flatMap(({ ttlMs }) =>
      ttlMs !== undefined && ttlMs >= 0 ? [ttlMs] : [],
    )
    return { settings: resolved, values, issues, ...(ttls.length > 0 && { ttlMs: Math.min(...ttls) }) }
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#providers.values()].map(async (one) => one.close?.()))
  }

  #referencesIn(text: string): readonly Reference[] {
    return text.includes('${') ? referencesIn(text, (name) => this.#providers.has(name)) : []
  }

  /** One call for all keys of a path, all paths at once. */
  async #ask(references: readonly Reference[]): Promise<ReadonlyMap<string, Answer>> {
    const places = Map.groupBy(references, placeOf)
    const answers = await Promise.all(
      [...places].map(async ([place, all]) => {
        const keys = [...new Set(all.map(({ key }) => key))].toSorted()
        return [place, await this.#askOnce(all[0]!, keys)] as const
      }),
    )
    return new Map(answers)
  }

  /** Tasks of a connector start together and ask for the same: one answer serves those who ask while it is awaited, and nobody later. */
  async #askOnce({ provider, path }: Reference, keys: readonly string[]): Promise<Answer> {
    const id = JSON.stringify([provider, path, keys])
    const awaited = this.#awaited.get(id)
    if (awaited !== undefined) return awaited
    const answer = this.#get(provider, path, keys)
    this.#awaited.set(id, answer)
    try {
      return await answer
    } finally {
      this.#awaited.delete(id)
    }
  }

  async #get(provider: string, path: string, keys: readonly string[]): Promise<Answer> {
    const signal = AbortSignal.timeout(answerWithinMs)
    try {
      return await unlessAborted(this.#providers.get(provider)!.get(path, keys, { signal }), signal)
    } catch (error) {
      if (signal.aborted) return { values: new Map(), failure: `gave no answer within ${answerWithinMs} ms` }
      const reason = error instanceof Error ? error.message : String(error)
      return {
        values: new Map(),
        failure: `could not look it up: ${reason.replace(/\.$/, '')}`,
        final: kindOf(error) === 'config',
      }
    }
  }
}

function placeOf({ provider, path }: Reference): string {
  return JSON.stringify([provider, path])
}

function issueOf(
  field: string,
  { text, provider, path, key }: Reference,
  { failure, final = false }: Answer,
): Issue {
  if (failure !== undefined) {
    return { field, message: `refers to ${text}, but the provider ${provider} ${failure}`, mayPass: !final }
  }
  const where = path === '' ? '' : ` in ${path}`
  return { field, message: `refers to ${text}, but the provider ${provider} has no "${key}"${where}` }
}
