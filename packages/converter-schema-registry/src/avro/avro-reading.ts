import type { RecordSchema, SchemaAndValue } from '@sluice/template'
import { type MaybePromise, after } from '../maybe-promise.ts'
import type { RegisteredSchema, Registry } from '../registry/registry.ts'
import { idOf, prefixBytes } from '../wire-format.ts'
import { isAnything } from './anything.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import { AvroReader } from './avro-reader.ts'
import { compileRead, type Read, readAnything } from './compile-read.ts'
import { parseAvro } from './parse-avro.ts'
import { toConnect } from './to-connect.ts'

interface Reader {
  /** Undefined: values without one. */
  readonly schema: RecordSchema | undefined
  readonly read: Read
}

/** From Avro's bytes to values. A schema is looked up and compiled once. */
export class AvroReading {
  readonly #registry: Registry
  readonly #config: AvroDataConfig
  readonly #readers = new WeakMap<RegisteredSchema, Reader>()

  constructor(registry: Registry, config: AvroDataConfig) {
    this.#registry = registry
    this.#config = config
  }

  fromBytes(bytes: Uint8Array | null): MaybePromise<SchemaAndValue> {
    if (bytes === null) return { value: null }
    return after(this.#registry.byId(idOf(bytes)), (written) => {
      const { schema, read } = this.#readerOf(written)
      const value = read(new AvroReader(bytes, prefixBytes))
      return schema ? { schema, value } : { value }
    })
  }

  #readerOf(written: RegisteredSchema): Reader {
    const known = this.#readers.get(written)
    if (known) return known
    const type = parseAvro(written.text, written.references)
    const schema = isAnything(type) ? undefined : toConnect(type, this.#config)
    const reader = {
      schema,
      read: schema ? compileRead(type, schema) : (from: AvroReader) => readAnything(from),
    }
    this.#readers.set(written, reader)
    return reader
  }
}
