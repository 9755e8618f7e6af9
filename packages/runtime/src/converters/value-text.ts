import { writePlain } from './json/write-plain.ts'

/** The text of a value: of a string itself, of structured values JSON, of anything else what String gives. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null
    ? writePlain(value)
    : `${value as number | boolean | bigint}`
}

/** A value as messages show it: its kind, and itself where that is short. */
export function shownValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return `the ${typeof value} ${String(value).slice(0, 100)}`
    case 'object':
      return value === null ? 'null' : `a value of ${value.constructor?.name ?? 'Object'}`
    default:
      return typeof value
  }
}
