import { parseJson, type RecordSchema, type SchemaAndValue } from '@sluice/template'
import { parseBytes, parseExact, parseQuick } from './parse-exact.ts'
import { hasDecimal, readSchema } from './read-schema.ts'
import { compileRead, type Read, type ReadOptions } from './read-value.ts'

/** The schema of a text, as the envelope has it. Throws an Error for what is none. */
export function parseSchema(text: string): RecordSchema {
  return readSchema(parseJson(text))
}

/** Reads documents that are values alone, all of the schema that the operator gives. */
export class GivenSchemaReader {
  readonly #schema: RecordSchema
  readonly #read: Read
  readonly #parse: (text: string) => unknown

  constructor(schema: RecordSchema, options: ReadOptions) {
    this.#schema = schema
    this.#read = compileRead(schema, options)
    this.#parse = hasDecimal(schema) ? parseExact : parseQuick
  }

  read(_topic: string, bytes: Uint8Array): SchemaAndValue {
    return parseBytes(bytes, (text) => ({ schema: this.#schema, value: this.#read(this.#parse(text)) }))
  }
}
