import { parseJson, RecordError, stringifyJson } from '@sluice/template'

const name = '@timestamp'

/**
 * The document with `@timestamp`, which a data stream demands: the first of `fields` that it has, as text; without fields the record's
 * timestamp. What the document says of itself is replaced. The rest of its text stays as it is.
 */
export function withTimestamp(
  text: string,
  fields: readonly string[],
  timestamp: number | undefined,
): string {
  const looksInside = fields.length > 0 || text.includes(`"${name}"`)
  const document = looksInside ? (parseJson(text) as Readonly<Record<string, unknown>>) : undefined
  const value = fields.length > 0 ? fieldText(document!, fields) : timestamp
  if (value === undefined) return text
  if (document !== undefined && Object.hasOwn(document, name)) {
    return exactly(text, (parsed) => ({ ...parsed, [name]: value }))
  }
  const rest = text.trimStart().slice(1).trimStart()
  return `{"${name}":${JSON.stringify(value)}${rest.startsWith('}') ? '' : ','}${rest}`
}

function fieldText(
  document: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): string | undefined {
  const found = fields.find((field) => Object.hasOwn(document, field))
  if (found === undefined) return undefined
  const value = document[found]
  if (typeof value === 'object' && value !== null) {
    throw new RecordError(`The field "${found}" of data.stream.timestamp.field is no point in time.`)
  }
  return String(value)
}

/** Changes parsed JSON and writes it again with every number in the digits that it had. */
function exactly(text: string, change: (parsed: Record<string, unknown>) => object): string {
  const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
      ? (JSON as unknown as { rawJSON(source: string): unknown }).rawJSON(context.source)
      : value
  return stringifyJson(change(JSON.parse(text, keepDigits) as Record<string, unknown>))
}
