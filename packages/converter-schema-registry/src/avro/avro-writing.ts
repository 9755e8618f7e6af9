import {
  type ConvertTarget,
  NULL_FIELD,
  RecordError,
  type RecordSchema,
  type RowEncoder,
  type SchemaAndValue,
  type Slices,
  type StructSchema,
} from '@sluice/template'
import { ByteWriter } from '../byte-writer.ts'
import { isPromise, type MaybePromise, after } from '../maybe-promise.ts'
import type { RegisteredSchema, Registry } from '../registry/registry.ts'
import { needsTopic, type SubjectStrategy, subjectOf } from '../registry/subject.ts'
import { prefixBytes, writePrefix } from '../wire-format.ts'
import { anythingType } from './anything.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import type { AvroType } from './avro-type.ts'
import { compileWrite } from './compile-write.ts'
import { fromConnect } from './from-connect.ts'
import type { Write } from './pair.ts'
import { parseAvro } from './parse-avro.ts'
import { printAvro } from './print-avro.ts'
import { compileRows, type WriteRows } from './row-writer.ts'
import { writeAnything } from './write-anything.ts'

export interface AvroWritingOptions {
  readonly config: AvroDataConfig & {
    readonly autoRegisterSchemas: boolean
    readonly useSchemaId: number
    readonly useLatestVersion: boolean
  }
  readonly role: 'key' | 'value' | 'header'
  readonly strategy: SubjectStrategy
  readonly registry: Registry
}

/** How values of a schema are written under a subject. */
interface Plan {
  readonly id: number
  readonly type: AvroType
  readonly write: Write
  /** Made when rows come first; null: rows have no way. */
  rows: WriteRows | null | undefined
}

/** A schema as Avro has it, and its plans by subject. */
interface Prepared {
  readonly schema: RecordSchema | undefined
  readonly type: AvroType
  readonly text: string
  /** The full name of the outermost record. */
  readonly record: string | undefined
  readonly plans: Map<string, Plan>
}

/** From values to Avro's bytes. A schema is converted once, and looked up once per subject. */
export class AvroWriting {
  readonly #options: AvroWritingOptions
  readonly #prepared = new WeakMap<RecordSchema, Prepared>()
  readonly #anything: Prepared
  readonly #out = new ByteWriter()

  constructor(options: AvroWritingOptions) {
    this.#options = options
    this.#anything = prepared(undefined, anythingType)
  }

  toBytes(target: ConvertTarget, { schema, value }: SchemaAndValue): MaybePromise<Uint8Array | null> {
    const isNull = value === null || value === undefined
    if (isNull && (!schema || schema.optional)) return null
    return after(this.#plan(this.#prepare(schema), target.topic), (plan) => this.#encode(plan, value))
  }

  /** Keys or values of rows, whichever this converter is of. */
  rowEncoder(value: StructSchema, key: StructSchema | undefined): RowEncoder | undefined {
    const { role, strategy } = this.#options
    const schema = role === 'key' ? key : value
    if (!schema) return undefined
    return (rows, { topic }) => {
      if (topic === undefined && needsTopic(strategy)) return undefined
      const plan = this.#plan(this.#prepare(schema), topic ?? '')
      if (isPromise(plan)) {
        // the ordinary way waits for the same lookup, and says what goes wrong
        plan.catch(() => undefined)
        return undefined
      }
      plan.rows ??= this.#compileRows(plan, schema, value)
      const { rows: write } = plan
      return write ? encoded(role, { count: rows.count, write: () => write(rows, plan.id) }) : undefined
    }
  }

  #compileRows(plan: Plan, schema: StructSchema, within: StructSchema): WriteRows | null {
    return compileRows({ schema, within, type: plan.type, out: this.#out }, this.#options.config) ?? null
  }

  #encode(plan: Plan, value: unknown): Uint8Array {
    const out = this.#out
    out.at = 0
    out.room(prefixBytes)
    writePrefix(out.bytes, 0, plan.id)
    out.at = prefixBytes
    plan.write(out, value)
    return out.take()
  }

  #prepare(schema: RecordSchema | undefined): Prepared {
    if (!schema) return this.#anything
    const known = this.#prepared.get(schema)
    if (known) return known
    const made = prepared(schema, fromConnect(schema, this.#options.config))
    this.#prepared.set(schema, made)
    return made
  }

  #plan(of: Prepared, topic: string): MaybePromise<Plan> {
    const { config, role, strategy, registry } = this.#options
    const subject = subjectOf(strategy, { topic, role, record: of.record })
    if (config.autoRegisterSchemas || (config.useSchemaId < 0 && !config.useLatestVersion)) {
      const known = of.plans.get(subject)
      if (known) return known
      return after(registry.idOf({ subject, text: of.text }), (id) =>
        this.#planned(of, subject, { id, type: of.type }),
      )
    }
    const written = config.useSchemaId >= 0 ? registry.byId(config.useSchemaId) : registry.latest(subject)
    return after(written, (schema) => {
      const known = of.plans.get(subject)
      return known?.id === schema.id ? known : this.#planned(of, subject, parsed(schema))
    })
  }

  #planned(of: Prepared, subject: string, { id, type }: { id: number; type: AvroType }): Plan {
    const plan: Plan = { id, type, write: this.#compile(of.schema, type), rows: undefined }
    of.plans.set(subject, plan)
    return plan
  }

  #compile(schema: RecordSchema | undefined, type: AvroType): Write {
    if (schema) return compileWrite({ schema, type, path: '' }, this.#options.config)
    if (type === anythingType) return writeAnything
    throw new RecordError('A value without a schema cannot be written with a given one.')
  }
}

function prepared(schema: RecordSchema | undefined, type: AvroType): Prepared {
  const own = type.kind === 'union' ? type.types.find(({ kind }) => kind === 'record') : type
  const record = own?.kind === 'record' ? own.name : undefined
  return { schema, type, text: printAvro(type), record, plans: new Map() }
}

function parsed({ id, text, references }: RegisteredSchema): { id: number; type: AvroType } {
  return { id, type: parseAvro(text, references) }
}

function encoded(
  role: string,
  { count, write }: { readonly count: number; readonly write: () => Slices },
): { readonly keys: Slices; readonly values: Slices } {
  const none = { bytes: new Uint8Array(0), ends: new Uint32Array(count).fill(NULL_FIELD) }
  return role === 'key' ? { keys: write(), values: none } : { keys: none, values: write() }
}
