import type { FetchedRecord, RecordDecoder } from '@sluice/runtime'
import { textIn } from '../dlq/readable-bytes.ts'

export const valueFormats = ['raw', 'hex', 'base64', 'json', 'avro', 'json-schema', 'protobuf'] as const
export type ValueFormat = (typeof valueFormats)[number]

export interface OutputFormat {
  readonly json: boolean
  readonly key: ValueFormat
  readonly value: ValueFormat
  /** Before values, with what separates them. */
  readonly keys: boolean
  readonly keySeparator: string
  readonly headers: boolean
  readonly nullText: string
  /** Of the formats that a schema registry knows. */
  readonly decoder: RecordDecoder | undefined
}

export type Where = { readonly topic: string; readonly partition: number }

/** Writes a record as bytes, with a line feed at the end. Rejects where a value isn't what it is said to be. */
export function recordWriter(
  format: OutputFormat,
): (record: FetchedRecord, where: Where) => Buffer | Promise<Buffer> {
  if (format.json) return async (record, where) => Buffer.from(`${await jsonLine(format, record, where)}\n`)
  const { keys, headers, decoder } = format
  const separator = Buffer.from(format.keySeparator)
  const nothing = Buffer.from(format.nullText)
  // the fast path: nothing to look up
  const isPlain = decoder === undefined
  const parts = (record: FetchedRecord, key: Uint8Array | null, value: Uint8Array | null): Buffer =>
    Buffer.concat([
      ...(headers ? [Buffer.from(headerText(record)), separator] : []),
      ...(keys ? [key ?? nothing, separator] : []),
      value ?? nothing,
      lineFeed,
    ])
  if (isPlain) {
    return (record) => parts(record, encoded(record.key, format.key), encoded(record.value, format.value))
  }
  return async (record, { topic }) => {
    const [key, value] = await Promise.all([
      keys ? decoded(format, 'key', { record, topic }) : null,
      decoded(format, 'value', { record, topic }),
    ])
    return parts(record, key, value)
  }
}

const lineFeed = Buffer.from('\n')

function encoded(bytes: Uint8Array | null, format: ValueFormat): Uint8Array | null {
  if (bytes === null || format === 'raw' || format === 'json') return bytes
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return Buffer.from(buffer.toString(format === 'hex' ? 'hex' : 'base64'))
}

/** Formats of a schema registry are those that the decoder was opened for. */
const needsDecoder = (format: ValueFormat): boolean => !['raw', 'hex', 'base64', 'json'].includes(format)

async function decoded(
  format: OutputFormat,
  role: 'key' | 'value',
  { record, topic }: { readonly record: FetchedRecord; readonly topic: string },
): Promise<Uint8Array | null> {
  const bytes = record[role]
  if (bytes === null || !needsDecoder(format[role])) return encoded(bytes, format[role])
  return Buffer.from(await format.decoder!.decode(role, topic, record))
}

async function jsonLine(format: OutputFormat, record: FetchedRecord, where: Where): Promise<string> {
  const { topic, partition } = where
  const headers = record.headers.map(
    ({ key, value }) =>
      `${JSON.stringify(key)}:${value === null ? 'null' : JSON.stringify(Buffer.from(value).toString())}`,
  )
  const fields = [
    `"topic":${JSON.stringify(topic)}`,
    `"partition":${partition}`,
    `"offset":${record.offset}`,
    `"timestamp":${record.timestamp}`,
    await jsonField(format, 'key', { record, topic }),
    await jsonField(format, 'value', { record, topic }),
    ...(headers.length > 0 ? [`"headers":{${headers.join(',')}}`] : []),
  ]
  return `{${fields.join(',')}}`
}

/** Text as text, JSON as JSON where it is asked for; bytes that are neither in Base64, under a name that says so. */
async function jsonField(
  format: OutputFormat,
  role: 'key' | 'value',
  { record, topic }: { readonly record: FetchedRecord; readonly topic: string },
): Promise<string> {
  const bytes = record[role]
  if (bytes === null) return `"${role}":null`
  const how = format[role]
  if (needsDecoder(how)) return `"${role}":${await format.decoder!.decode(role, topic, record)}`
  if (how === 'hex') return `"${role}":"${Buffer.from(bytes).toString('hex')}"`
  const text = how === 'base64' ? undefined : textIn(bytes)
  if (text === undefined) return `"${role}Base64":"${Buffer.from(bytes).toString('base64')}"`
  if (how !== 'json') return `"${role}":${JSON.stringify(text)}`
  return `"${role}":${oneDocument(text, { topic, record })}`
}

/** As it stands, so that no number is rounded; on one line. */
function oneDocument(
  text: string,
  { topic, record }: { readonly topic: string; readonly record: FetchedRecord },
): string {
  try {
    JSON.parse(text)
  } catch {
    throw new Error(
      `The record at offset ${record.offset} of ${topic} is no JSON; --value-format raw takes whatever there is.`,
    )
  }
  return text.replaceAll(/[\r\n]+/g, ' ')
}

function headerText({ headers }: FetchedRecord): string {
  return headers
    .map(({ key, value }) => `${key}=${value === null ? '' : Buffer.from(value).toString()}`)
    .join(',')
}
