import { parseJson, type RecordSchema, type SchemaAndValue } from '@sluice/template'
import { parseBytes } from './parse-exact.ts'
import { PayloadReader } from './payload-reader.ts'
import { readSchema } from './read-schema.ts'
import type { ReadOptions } from './read-value.ts'

/** The schema of a text, as the envelope has it. Throws an Error for what is none. */
export function parseSchema(text: string): RecordSchema {
  return readSchema(parseJson(text))
}

/** Reads documents that are values alone, all of the schema that the operator gives. */
export class GivenSchemaReader {
  readonly #reader: PayloadReader

  constructor(schema: RecordSchema, options: ReadOptions) {
    this.#reader = new PayloadReader(schema, options)
  }

  read(_topic: string, bytes: Uint8Array): SchemaAndValue {
    const reader = this.#reader
    return parseBytes(bytes, (text) => ({
      schema: reader.schema,
      value: reader.read((parse) => parse(text)),
    }))
  }
}
