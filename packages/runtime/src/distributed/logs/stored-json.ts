import { parseJson } from '@sluice/template'

/** What a stored record isn't: the reason, as the end of a sentence that begins with the record. */
export class Unreadable extends Error {}

export type Fields = Readonly<Record<string, unknown>>

/** The value of a record as JsonConverter without schemas reads it; null: a tombstone. Throws Unreadable. */
export function fieldsOf(value: Uint8Array | null): Fields | null {
  if (value === null) return null
  const parsed = parse(value)
  if (parsed === null) return null
  if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new Unreadable('holds no JSON object')
  return parsed as Fields
}

export function stringIn(fields: Fields, name: string): string {
  const found = fields[name]
  if (typeof found !== 'string') throw new Unreadable(`has no text as "${name}"`)
  return found
}

/** Null and absent are the same. */
export function optionalString(fields: Fields, name: string): string | undefined {
  return fields[name] === null || fields[name] === undefined ? undefined : stringIn(fields, name)
}

export function integerIn(fields: Fields, name: string): number {
  const found = fields[name]
  if (!Number.isSafeInteger(found)) throw new Unreadable(`has no whole number as "${name}"`)
  return found as number
}

function parse(value: Uint8Array): unknown {
  try {
    return parseJson(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString())
  } catch {
    throw new Unreadable('holds no JSON')
  }
}
