import { RecordError, type RecordSchema, type SchemaAndValue } from '@sluice/template'
import { parseBytes, parseExact, parseQuick } from './parse-exact.ts'
import { hasDecimal, readSchema } from './read-schema.ts'
import { compileRead, type Read, type ReadOptions } from './read-value.ts'

interface Reader {
  readonly schema: RecordSchema
  readonly read: Read
  /** How to parse a payload: Decimals need the digits of numbers. */
  readonly parse: (text: string) => unknown
}

/** The start of a document up to its payload, and how to read what follows it. */
interface Start {
  readonly text: string
  readonly reader: Reader
}

const schemaStart = '{"schema":'
const payloadStart = ',"payload":'

/**
 * Reads documents of exactly a schema and a payload. Those of one topic mostly begin with the very same schema: then only the
 * payload is parsed.
 */
export class EnvelopeReader {
  readonly #options: ReadOptions & { readonly cacheSize: number }
  readonly #readers = new Map<string, Reader>()
  readonly #starts = new Map<string, Start>()

  constructor(options: ReadOptions & { readonly cacheSize: number }) {
    this.#options = options
  }

  read(topic: string, bytes: Uint8Array): SchemaAndValue {
    return parseBytes(bytes, (text) => {
      const start = this.#starts.get(topic)
      return (start && readAfter(start, text)) ?? this.#readWhole(topic, text)
    })
  }

  #readWhole(topic: string, text: string): SchemaAndValue {
    const { schema: node, payload } = envelopeOf(parseQuick(text))
    if (node === null) return { value: payload }
    const key = keyOf(node)
    const reader = this.#readerOf(key, node)
    const start = startOf(text, key)
    if (start !== undefined) this.#starts.set(topic, { text: start, reader })
    const exact = reader.parse === parseQuick ? payload : envelopeOf(reader.parse(text)).payload
    return { schema: reader.schema, value: reader.read(exact) }
  }

  #readerOf(key: string, node: unknown): Reader {
    const known = this.#readers.get(key)
    if (known) return known
    const schema = readSchema(node)
    const parse = hasDecimal(schema) ? parseExact : parseQuick
    const reader = { schema, parse, read: compileRead(schema, this.#options) }
    if (this.#readers.size >= this.#options.cacheSize) {
      this.#readers.clear()
      this.#starts.clear()
    }
    this.#readers.set(key, reader)
    return reader
  }
}

/** Undefined where the text begins otherwise, or what follows isn't one JSON document: then it is read as a whole. */
function readAfter({ text: start, reader }: Start, text: string): SchemaAndValue | undefined {
  if (!text.startsWith(start) || !text.endsWith('}')) return undefined
  let payload: unknown
  try {
    payload = reader.parse(text.slice(start.length, -1))
  } catch {
    return undefined
  }
  return { schema: reader.schema, value: reader.read(payload) }
}

/** The text up to the payload, where it is certain that it holds the schema and nothing else. */
function startOf(text: string, key: string): string | undefined {
  const end = text.indexOf(payloadStart)
  if (!text.startsWith(schemaStart) || end === -1) return undefined
  try {
    const same = keyOf(parseQuick(text.slice(schemaStart.length, end))) === key
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
