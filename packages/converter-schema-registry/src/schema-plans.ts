import type { RecordSchema } from '@sluice/template'
import type { ByteWriter } from './byte-writer.ts'
import { after, type MaybePromise } from './maybe-promise.ts'
import type { RegisteredSchema, Registry } from './registry/registry.ts'
import { type SubjectStrategy, subjectOf } from './registry/subject.ts'

/** Writes one value, after the id. Throws a RecordError for a value that its schema does not allow. */
export type WriteValue = (out: ByteWriter, value: unknown) => void

/** What a format makes of schemas. All of it throws a RecordError for what the format can't have. */
export interface SchemaFormatting<T> {
  /** A schema of Connect in the format's own terms; of values without a schema where it is undefined. */
  convert(schema: RecordSchema | undefined): Converted<T>
  /** A schema of the registry's in the format's own terms. */
  parse(registered: RegisteredSchema): T
  /** Compiles what writes values of the schema as the format's, which is the schema's own or another version. */
  compile(schema: RecordSchema | undefined, type: T): WriteValue
}

export interface Converted<T> {
  readonly type: T
  /** As it is registered. */
  readonly text: string
  /** The full name of the outermost record, where it has one. */
  readonly record: string | undefined
}

/** How values of a schema are written under a subject. */
export interface Plan<T> {
  readonly id: number
  readonly type: T
  readonly write: WriteValue
}

export interface SchemaPlansOptions<T> {
  readonly config: {
    readonly autoRegisterSchemas: boolean
    readonly useSchemaId: number
    readonly useLatestVersion: boolean
  }
  readonly role: 'key' | 'value' | 'header'
  readonly strategy: SubjectStrategy
  readonly registry: Registry
  readonly formatting: SchemaFormatting<T>
}

interface Prepared<T> extends Converted<T> {
  readonly schema: RecordSchema | undefined
  readonly plans: Map<string, Plan<T>>
}

/** Plans by schema and subject. A schema is converted once, and looked up once per subject. */
export class SchemaPlans<T> {
  readonly #options: SchemaPlansOptions<T>
  readonly #prepared = new WeakMap<RecordSchema, Prepared<T>>()
  #schemaless: Prepared<T> | undefined

  constructor(options: SchemaPlansOptions<T>) {
    this.#options = options
  }

  /** A promise only where something must be looked up. */
  planFor(schema: RecordSchema | undefined, topic: string): MaybePromise<Plan<T>> {
    const of = this.#prepare(schema)
    const { config, role, strategy, registry, formatting } = this.#options
    const subject = subjectOf(strategy, { topic, role, record: of.record })
    if (config.autoRegisterSchemas || (config.useSchemaId < 0 && !config.useLatestVersion)) {
      const known = of.plans.get(subject)
      if (known) return known
      return after(registry.idOf({ subject, text: of.text }), (id) =>
        this.#plan(of, subject, { id, type: of.type }),
      )
    }
    const written = config.useSchemaId >= 0 ? registry.byId(config.useSchemaId) : registry.latest(subject)
    return after(written, (registered) => {
      const known = of.plans.get(subject)
      if (known?.id === registered.id) return known
      return this.#plan(of, subject, { id: registered.id, type: formatting.parse(registered) })
    })
  }

  #plan(of: Prepared<T>, subject: string, { id, type }: { id: number; type: T }): Plan<T> {
    const plan = { id, type, write: this.#options.formatting.compile(of.schema, type) }
    of.plans.set(subject, plan)
    return plan
  }

  #prepare(schema: RecordSchema | undefined): Prepared<T> {
    const known = schema ? this.#prepared.get(schema) : this.#schemaless
    if (known) return known
    const made = { ...this.#options.formatting.convert(schema), schema, plans: new Map<string, Plan<T>>() }
    if (schema) this.#prepared.set(schema, made)
    else this.#schemaless = made
    return made
  }
}
