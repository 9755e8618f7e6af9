import type { RecordSchema } from '@sluice/template'
import type { Answer, Ask } from './elasticsearch.ts'
import type { Mapping } from './mapping.ts'

export type Failed = Exclude<Answer, { readonly kind: 'ok' }>

export interface ResourceOptions {
  readonly ask: Ask
  /**
   * `create`: an index is made where there is none. `demand`: it must exist. `auto`: Elasticsearch makes it of the first
   * write, as it does for data streams.
   */
  readonly when: 'create' | 'demand' | 'auto'
  readonly mappingOf: (schema: RecordSchema) => Mapping
}

export interface Wanted {
  readonly resource: string
  readonly schema: RecordSchema | undefined
}

/** Sees to it that what is written to exists, once for each name. */
export class Resources {
  readonly #options: ResourceOptions
  readonly #known = new Map<string, Promise<Failed | undefined>>()

  constructor(options: ResourceOptions) {
    this.#options = options
  }

  /** Answers what failed, or undefined once all of them exist. */
  async ensure(wanted: Iterable<Wanted>, signal: AbortSignal): Promise<Failed | undefined> {
    if (this.#options.when === 'auto') return undefined
    let last: string | undefined
    for (const one of wanted) {
      if (one.resource === last) continue
      last = one.resource
      const failed = await this.#ensureOne(one, signal)
      if (failed !== undefined) return failed
    }
    return undefined
  }

  /** A name is said to be gone. True: it will be looked at again before the next write. */
  forget(resource: string): boolean {
    this.#known.delete(resource)
    return this.#options.when !== 'auto'
  }

  async #ensureOne(wanted: Wanted, signal: AbortSignal): Promise<Failed | undefined> {
    let looking = this.#known.get(wanted.resource)
    if (looking === undefined) {
      looking = this.#options.when === 'demand' ? this.#demand(wanted, signal) : this.#create(wanted, signal)
      this.#known.set(wanted.resource, looking)
    }
    try {
      const failed = await looking
      if (failed !== undefined) this.forget(wanted.resource)
      return failed
    } catch (error) {
      this.forget(wanted.resource)
      throw error
    }
  }

  async #demand({ resource }: Wanted, signal: AbortSignal): Promise<Failed | undefined> {
    const answer = await this.#options.ask(
      { method: 'GET', path: `/${encodeURIComponent(resource)}/_mapping` },
      signal,
    )
    if (answer.kind === 'ok' || isForbidden(answer)) return undefined
    if (answer.kind === 'refused' && answer.status === 404) {
      throw new Error(
        `${resource} does not exist in Elasticsearch, and external.resource.usage demands that it does. Create it, or correct topic.to.external.resource.mapping.`,
      )
    }
    return answer
  }

  async #create({ resource, schema }: Wanted, signal: AbortSignal): Promise<Failed | undefined> {
    const { ask, mappingOf } = this.#options
    const path = `/${encodeURIComponent(resource)}`
    const mapping = schema === undefined ? undefined : mappingOf(schema)
    const found = await ask({ method: 'GET', path: `${path}/_mapping` }, signal)
    if (found.kind === 'ok') {
      if (mapping === undefined || hasFields(found.body)) return undefined
      return failureOf(await ask({ method: 'PUT', path: `${path}/_mapping`, json: mapping }, signal))
    }
    if (isForbidden(found)) return undefined
    if (found.kind === 'unreachable' || found.status !== 404) return found
    const json = mapping === undefined ? {} : { mappings: mapping }
    const made = await ask({ method: 'PUT', path, json }, signal)
    const isThere = made.kind === 'refused' && made.errorType === 'resource_already_exists_exception'
    return isThere ? undefined : failureOf(made)
  }
}

/** A role that may write but not look: the write itself will tell. */
function isForbidden(answer: Failed): boolean {
  return answer.kind === 'refused' && answer.status === 403
}

function failureOf(answer: Answer): Failed | undefined {
  return answer.kind === 'ok' ? undefined : answer
}

function hasFields(body: unknown): boolean {
  const indices = Object.values(body as Record<string, { mappings?: { properties?: object } }>)
  return indices.some(({ mappings }) => Object.keys(mappings?.properties ?? {}).length > 0)
}
