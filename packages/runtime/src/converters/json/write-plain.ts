import { RecordError } from '@sluice/template'
import { doubleText } from './java-numbers.ts'
import { base64, property, quote } from './json-text.ts'

/** A value without a schema as JSON. Throws a RecordError for what JSON has no form for. */
export function writePlain(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : doubleText(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'object':
      return value === null ? 'null' : writeObject(value)
    default:
      throw new RecordError(`A ${typeof value} cannot be written as JSON.`)
  }
}

function writeObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map((item) => writePlain(item ?? null)).join(',')}]`
  if (value instanceof Uint8Array) return base64(value)
  if (value instanceof Date) return writePlain(value.getTime())
  if (value instanceof Map) return writeMap(value)
  let text = ''
  for (const [name, item] of Object.entries(value)) {
    if (item !== undefined) text += `${text === '' ? '' : ','}${property(name)}${writePlain(item)}`
  }
  return `{${text}}`
}

function writeMap(map: ReadonlyMap<unknown, unknown>): string {
  const entries = [...map]
  return entries.every(([key]) => typeof key === 'string')
    ? `{${entries.map(([key, item]) => property(key as string) + writePlain(item ?? null)).join(',')}}`
    : `[${entries.map(([key, item]) => `[${writePlain(key)},${writePlain(item ?? null)}]`).join(',')}]`
}
