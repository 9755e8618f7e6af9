import type { SchemaAndValue } from '@sluice/template'
import { after, type MaybePromise } from './maybe-promise.ts'
import type { RegisteredSchema, Registry } from './registry/registry.ts'
import { idOf } from './wire-format.ts'

/** Reads a whole record, its id included. Throws a RecordError for bytes that are no value. */
export type ReadRecord = (bytes: Uint8Array) => SchemaAndValue

/** From bytes to values. A schema is looked up and compiled once. */
export class ValueReading {
  readonly #registry: Registry
  readonly #compile: (registered: RegisteredSchema) => ReadRecord
  readonly #readers = new Map<number, ReadRecord>()

  /** `compile` throws a RecordError for a schema that Connect can't have. */
  constructor(registry: Registry, compile: (registered: RegisteredSchema) => ReadRecord) {
    this.#registry = registry
    this.#compile = compile
  }

  fromBytes(bytes: Uint8Array | null): MaybePromise<SchemaAndValue> {
    if (bytes === null) return { value: null }
    const id = idOf(bytes)
    const known = this.#readers.get(id)
    if (known) return known(bytes)
    return after(this.#registry.byId(id), (registered) => this.#readerOf(registered)(bytes))
  }

  #readerOf(registered: RegisteredSchema): ReadRecord {
    const known = this.#readers.get(registered.id)
    if (known) return known
    const read = this.#compileOnce(registered)
    this.#readers.set(registered.id, read)
    return read
  }

  /** What an id stands for never changes: a schema that can't be read now never can. */
  #compileOnce(registered: RegisteredSchema): ReadRecord {
    try {
      return this.#compile(registered)
    } catch (error) {
      return () => {
        throw error
      }
    }
  }
}
