import { base64, property, quote } from '../converters/json/json-text.ts'

const deepest = 50

/**
 * JSON of whatever there is, for people: what has no form in JSON is said in a text. Never throws; what can't be looked at (a getter that
 * throws) is said, too.
 */
export function readableJson(value: unknown): string {
  return write(value, [])
}

function write(value: unknown, within: readonly object[]): string {
  try {
    switch (typeof value) {
      case 'string':
        return quote(value)
      case 'number':
        return Number.isFinite(value) ? String(value) : quote(String(value))
      case 'bigint':
      case 'boolean':
        return String(value)
      case 'undefined':
        return 'null'
      case 'object':
        return value === null ? 'null' : writeObject(value, within)
      default:
        return quote(`(${typeof value})`)
    }
  } catch {
    return quote('(unreadable)')
  }
}

function writeObject(value: object, within: readonly object[]): string {
  if (value instanceof Uint8Array) return base64(value)
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? quote('(no date)') : String(value.getTime())
  if (within.includes(value)) return quote('(the same again)')
  if (within.length === deepest) return quote('(deeper)')
  const inside = [...within, value]
  if (Array.isArray(value)) return `[${value.map((item) => write(item, inside)).join(',')}]`
  const entries = value instanceof Map ? [...value] : propertiesOf(value)
  return `{${entries.map(([name, item]) => property(String(name)) + write(item, inside)).join(',')}}`
}

function propertiesOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.keys(value).map((name) => {
    try {
      return [name, (value as Record<string, unknown>)[name]]
    } catch {
      return [name, '(unreadable)']
    }
  })
}
