import {
  decimalText,
  kindOf,
  logical,
  RecordError,
  type RecordSchema,
  scaleOf,
  shownValue,
} from '@sluice/template'
import { isNull } from '../fields.ts'
import { integerOf, integerPart, parseDecimal } from '../java/numbers.ts'

/** From a value to what hides it; null stays null. Throws a RecordError for values that have no mask. */
export type Mask = (value: unknown) => unknown

/** The mask of a schema's values: nothing (0, false, an empty text), or a text as a value of that type. */
export function maskOf(schema: RecordSchema, replacement: string | undefined): Mask {
  const mask = replacement === undefined ? nothingOf(schema) : () => replaced(schema, replacement)
  return (value) => (isNull(value) ? null : mask())
}

/** The text of the mask, as rows have it; undefined: values of that schema have none, or none that is a text. */
export function maskText(schema: RecordSchema, replacement: string | undefined): string | undefined {
  try {
    const mask = maskOf(schema, replacement)('anything')
    if (mask instanceof Date) return String(mask.getTime())
    if (typeof mask === 'object' || Object.is(mask, -0)) return undefined
    return `${mask as string | number | bigint | boolean}`
  } catch (error) {
    if (kindOf(error) === 'record') return undefined
    throw error
  }
}

/** The mask of values without a schema, by each value's own kind. */
export function plainMask(replacement: string | undefined): Mask {
  return (value) => {
    if (isNull(value)) return null
    return maskOf(schemaOf(value), replacement)(value)
  }
}

function nothingOf(schema: RecordSchema): () => unknown {
  switch (schema.type) {
    case 'boolean':
      return () => false
    case 'string':
      return () => ''
    case 'int64':
      return schema.name === logical.timestamp ? () => new Date(0) : () => 0n
    case 'array':
      return () => []
    case 'map':
      return () => new Map()
    case 'bytes':
      if (schema.name === logical.decimal) return () => decimalText(0n, scaleOf(schema))
      return () => refuse(schema)
    case 'struct':
      return () => refuse(schema)
    default:
      return () => 0
  }
}

function replaced(schema: RecordSchema, text: string): unknown {
  const { type, name } = schema
  const isLogical = name === logical.date || name === logical.time || name === logical.timestamp
  switch (type) {
    case 'string':
      return text
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return isLogical ? refuse(schema, text) : integerOf(integerPart(parseDecimal(text)), type)
    case 'float32':
    case 'float64':
      parseDecimal(text)
      return type === 'float32' ? Math.fround(Number(text)) : Number(text)
    case 'bytes':
      return name === logical.decimal ? replacementDecimal(text, scaleOf(schema)) : refuse(schema, text)
    default:
      return refuse(schema, text)
  }
}

/** With exactly the scale of the schema. */
function replacementDecimal(text: string, wanted: number): string {
  const { unscaled, scale } = parseDecimal(text)
  const factor = 10n ** BigInt(Math.abs(wanted - scale))
  if (wanted >= scale) return decimalText(unscaled * factor, wanted)
  if (unscaled % factor === 0n) return decimalText(unscaled / factor, wanted)
  throw new RecordError(
    `The replacement ${text} has more than ${wanted} digits after the point, the scale of its field.`,
  )
}

function refuse({ type, name }: RecordSchema, replacement?: string): never {
  const kind = name === undefined ? type : `${type} (${name})`
  const what = replacement === undefined ? 'has no mask' : 'cannot be masked by a replacement'
  throw new RecordError(`A value of type ${kind} ${what}.`)
}

function schemaOf(value: unknown): RecordSchema {
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean' }
    case 'string':
      return { type: 'string' }
    case 'bigint':
      return { type: 'int64' }
    case 'number':
      return Number.isInteger(value) ? { type: 'int32' } : { type: 'float64' }
    case 'object':
      return schemaOfObject(value)
    default:
      throw new RecordError(`This has no mask: ${shownValue(value)}.`)
  }
}

function schemaOfObject(value: object | null): RecordSchema {
  if (value instanceof Date) return { type: 'int64', name: logical.timestamp }
  if (value instanceof Uint8Array) return { type: 'bytes' }
  if (Array.isArray(value)) return { type: 'array', items: { type: 'string' } }
  return { type: 'map', keys: { type: 'string' }, values: { type: 'string' } }
}
