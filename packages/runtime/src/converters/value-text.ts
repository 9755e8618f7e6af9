import { writePlain } from './json/write-plain.ts'

/** The text of a value: of a string itself, of structured values JSON, of anything else what String gives. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null
    ? writePlain(value)
    : `${value as number | boolean | bigint}`
}
