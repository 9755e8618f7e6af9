import { kindOf, parseJson, RecordError, type SchemaAndValue } from '@sluice/template'
import { parseBytes, utf8 } from './parse-exact.ts'
import { PayloadReader } from './payload-reader.ts'
import { readSchema } from './read-schema.ts'
import type { ReadOptions } from './read-value.ts'

/** The start of a document up to its payload, and how to read what follows it. */
interface Start {
  readonly bytes: Buffer
  readonly reader: PayloadReader
}

const schemaStart = '{"schema":'
const payloadStart = ',"payload":'

/**
 * Reads documents of exactly a schema and a payload. Those of one topic mostly begin with the very same schema: then only the
 * payload is parsed.
 */
export class EnvelopeReader {
  readonly #options: ReadOptions & { readonly cacheSize: number }
  readonly #readers = new Map<string, PayloadReader>()
  readonly #starts = new Map<string, Start>()

  constructor(options: ReadOptions & { readonly cacheSize: number }) {
    this.#options = options
  }

  read(topic: string, bytes: Uint8Array): SchemaAndValue {
    const start = this.#starts.get(topic)
    return (start && readAfter(start, bytes)) ?? parseBytes(bytes, (text) => this.#readWhole(topic, text))
  }

  #readWhole(topic: string, text: string): SchemaAndValue {
    const { schema: node, payload } = envelopeOf(parseJson(text))
    if (node === null) return { value: payload }
    const key = keyOf(node)
    const reader = this.#readerOf(key, node)
    const start = startOf(text, key)
    if (start !== undefined) this.#starts.set(topic, { bytes: Buffer.from(start), reader })
    const value = reader.read((parse) => (parse === parseJson ? payload : envelopeOf(parse(text)).payload))
    return { schema: reader.schema, value }
  }

  #readerOf(key: string, node: unknown): PayloadReader {
    const known = this.#readers.get(key)
    if (known) return known
    const reader = new PayloadReader(readSchema(node), this.#options)
    if (this.#readers.size >= this.#options.cacheSize) {
      this.#readers.clear()
      this.#starts.clear()
    }
    this.#readers.set(key, reader)
    return reader
  }
}

const closingBrace = 0x7d

/** Undefined where the document begins otherwise, or what follows isn't one JSON document: then it is read as a whole. */
function readAfter({ bytes: start, reader }: Start, bytes: Uint8Array): SchemaAndValue | undefined {
  const { length } = start
  if (bytes.length <= length || bytes.at(-1) !== closingBrace) return undefined
  if (start.compare(bytes, 0, length) !== 0) return undefined
  try {
    const text = utf8.decode(bytes.subarray(length, -1))
    return { schema: reader.schema, value: reader.read((parse) => parse(text)) }
  } catch (error) {
    if (kindOf(error) === 'record') throw error
    return undefined
  }
}

/** The text up to the payload, where it is certain that it holds the schema and nothing else. */
function startOf(text: string, key: string): string | undefined {
  const end = text.indexOf(payloadStart)
  if (!text.startsWith(schemaStart) || end === -1) return undefined
  try {
    const same = keyOf(parseJson(text.slice(schemaStart.length, end))) === key
    return same ? text.slice(0, end + payloadStart.length) : undefined
  } catch {
    return undefined
  }
}

function keyOf(node: unknown): string {
  return JSON.stringify(node, (_key, member: unknown) => (typeof member === 'bigint' ? `${member}n` : member))
}

function envelopeOf(json: unknown): { readonly schema: unknown; readonly payload: unknown } {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    const { schema, payload } = json as Record<string, unknown>
    if (Object.keys(json).length === 2 && schema !== undefined && payload !== undefined)
      return { schema, payload }
  }
  throw new RecordError(
    'The JSON is no envelope of exactly "schema" and "payload". For plain JSON set schemas.enable=false on the converter.',
  )
}
