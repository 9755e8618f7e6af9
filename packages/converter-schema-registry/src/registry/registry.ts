import { RecordError } from '@sluice/template'
import { Lookups } from './lookups.ts'
import { RefusedError } from './refused-error.ts'
import type { RegistryClient } from './registry-client.ts'

export type SchemaFormat = 'AVRO' | 'JSON' | 'PROTOBUF'

/** A schema as the registry keeps it. */
export interface RegisteredSchema {
  readonly id: number
  readonly format: SchemaFormat
  readonly text: string
  /** Schemas that this one names, each after those that it needs itself. */
  readonly references: readonly NamedSchema[]
}

export interface NamedSchema {
  /** As the schema that refers to it calls it. */
  readonly name: string
  readonly text: string
}

/** A schema to be known by an id. */
export interface SchemaOfSubject {
  readonly subject: string
  readonly text: string
}

export interface RegistryOptions {
  readonly client: Pick<RegistryClient, 'get' | 'post' | 'close'>
  readonly format: SchemaFormat
  /** Registers schemas that the registry lacks. */
  readonly register: boolean
  readonly normalize: boolean
  readonly keep: number
  /** How long the latest version of a subject is believed to be it. */
  readonly latestKeepMs: number
  /** Sentences that tell how the schema differs from the version before, field by field. */
  readonly explain: (before: RegisteredSchema, text: string) => readonly string[]
}

/** Answers come from people's hands: what was refused may be allowed a moment later. */
const refusalKeepMs = 10_000

/** Schemas nested deeper in each other than this are a loop. */
const deepestReference = 50

/**
 * Schemas by id, and ids by schema. Everything is asked for once. All calls throw or reject with a RecordError for what the registry refuses, and
 * with a RetriableError where it can't be asked.
 */
export class Registry {
  readonly #options: RegistryOptions
  readonly #ids: Lookups<number>
  readonly #schemas: Lookups<RegisteredSchema>
  readonly #latest: Lookups<RegisteredSchema>

  constructor(options: RegistryOptions) {
    this.#options = options
    const { keep } = options
    this.#ids = new Lookups({ find: (key) => this.#findId(key), keep, refusalKeepMs })
    // as many as there are in the registry: a reader must not lose a schema between two looks at one record
    this.#schemas = new Lookups({ find: (id) => this.#findSchema(Number(id)), keep: Infinity, refusalKeepMs })
    this.#latest = new Lookups({
      find: (subject) => this.#findLatest(subject),
      keep,
      keepMs: options.latestKeepMs,
      refusalKeepMs,
    })
  }

  idOf({ subject, text }: SchemaOfSubject): number | Promise<number> {
    return this.#ids.get(JSON.stringify([subject, text]))
  }

  byId(id: number): RegisteredSchema | Promise<RegisteredSchema> {
    return this.#schemas.get(String(id))
  }

  latest(subject: string): RegisteredSchema | Promise<RegisteredSchema> {
    return this.#latest.get(subject)
  }

  close(): void {
    this.#options.client.close()
  }

  async #findId(key: string): Promise<number> {
    const [subject, text] = JSON.parse(key) as [string, string]
    const { client, format, register, normalize } = this.#options
    const path = `/subjects/${encodeURIComponent(subject)}${register ? '/versions' : ''}?normalize=${normalize}`
    const body = { schema: text, ...(format !== 'AVRO' && { schemaType: format }) }
    try {
      return idIn(await client.post(path, body))
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      if (error.isIncompatible) throw await this.#incompatible({ subject, text }, error)
      throw refusedToWrite(error, { subject, text, register })
    }
  }

  async #findSchema(id: number): Promise<RegisteredSchema> {
    try {
      return await this.#complete(id, await this.#options.client.get(`/schemas/ids/${id}`))
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      throw new RecordError(
        `The schema registry has no schema with the id ${id} (${error.code}: ${error.message}). ` +
          'Was the record written with another registry, or its schema deleted for good?',
        { cause: error },
      )
    }
  }

  async #findLatest(subject: string): Promise<RegisteredSchema> {
    try {
      const found = await this.#options.client.get(`/subjects/${encodeURIComponent(subject)}/versions/latest`)
      return await this.#complete(idIn(found), found)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      throw new RecordError(
        `The schema registry has no version of the subject ${subject} (${error.code}: ${error.message}). ` +
          'Register one, or set auto.register.schemas=true.',
        { cause: error },
      )
    }
  }

  async #complete(id: number, answer: unknown): Promise<RegisteredSchema> {
    const { schema, schemaType = 'AVRO', references } = answer as Answer
    const { format } = this.#options
    if (typeof schema !== 'string')
      throw new RecordError(`The schema registry gave no schema for the id ${id}.`)
    if (schemaType !== format) {
      throw new RecordError(
        `The schema with the id ${id} is of the type ${String(schemaType)}, but this converter reads ${format}. Set the converter that goes with it.`,
      )
    }
    const named = new Map<string, NamedSchema>()
    await this.#gather(references ?? [], { into: named, depth: 0 })
    return { id, format, text: schema, references: [...named.values()] }
  }

  async #gather(
    references: readonly Reference[],
    { into, depth }: { readonly into: Map<string, NamedSchema>; readonly depth: number },
  ): Promise<void> {
    if (depth > deepestReference) throw new RecordError('The references of a schema form a loop.')
    for (const { name, subject, version } of references) {
      if (into.has(name)) continue
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`
      const { schema, references: inner } = (await this.#options.client.get(path)) as Answer
      await this.#gather(inner ?? [], { into, depth: depth + 1 })
      into.set(name, { name, text: String(schema) })
    }
  }

  /** The registry names neither field nor remedy, or not in words that all registries share: we look for ourselves. */
  async #incompatible({ subject, text }: SchemaOfSubject, cause: RefusedError): Promise<RecordError> {
    const { client, explain } = this.#options
    const [before, level] = await Promise.all([
      this.#findLatest(subject).catch(() => undefined),
      client
        .get(`/config/${encodeURIComponent(subject)}?defaultToGlobal=true`)
        .then(levelIn, () => undefined),
    ])
    const differences = before ? explain(before, text) : []
    return new RecordError(
      `The schema registry refuses a new version of the subject ${subject}: it is not compatible with the versions before` +
        `${level === undefined ? '' : ` (level ${level})`}. ${differences.map((one) => `${one} `).join('')}` +
        'Make the change one that readers can follow (new columns nullable or with a default, types only widened), or write to another topic, or change ' +
        `the level of the subject (PUT /config/${subject}). The registry said: ${cause.message}`,
      { cause },
    )
  }
}

interface Reference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

interface Answer {
  readonly schema?: unknown
  readonly schemaType?: unknown
  readonly references?: readonly Reference[]
}

function idIn(answer: unknown): number {
  const { id } = answer as { id?: unknown }
  if (typeof id === 'number') return id
  throw new RecordError('The schema registry gave no id for a schema.')
}

function levelIn(answer: unknown): string | undefined {
  const { compatibilityLevel: level } = answer as { compatibilityLevel?: unknown }
  return typeof level === 'string' ? level : undefined
}

function refusedToWrite(
  error: RefusedError,
  { subject, text, register }: SchemaOfSubject & { readonly register: boolean },
): RecordError {
  const said = `(${error.code}: ${error.message})`
  const shown = text.length > 2000 ? `${text.slice(0, 2000)}...` : text
  return new RecordError(
    error.isMissing && !register
      ? `The subject ${subject} has no such schema ${said}, and auto.register.schemas=false keeps it from being registered. Register it, or set use.latest.version=true: ${shown}`
      : `The schema registry refuses the schema under the subject ${subject} ${said}: ${shown}`,
    { cause: error },
  )
}
