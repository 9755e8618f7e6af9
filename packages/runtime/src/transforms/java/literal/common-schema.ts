import { isDeepStrictEqual } from 'node:util'
import type { RecordSchema, SchemaAndValue } from '@sluice/template'

const widths = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64'] as const

/** The schema that all of them fit; undefined where there is none, or nothing but nulls. */
export function commonSchema(items: readonly (SchemaAndValue | undefined)[]): RecordSchema | undefined {
  const schemas = items.flatMap((item) => item?.schema ?? [])
  return schemas.reduce<RecordSchema | undefined>(
    (common, schema) => common && merged(common, schema),
    schemas[0],
  )
}

function merged(one: RecordSchema, other: RecordSchema): RecordSchema | undefined {
  if (one === other || (one.type === other.type && isPlain(one) && isPlain(other))) return one
  if (isDeepStrictEqual(one, other)) return one
  const [a, b] = [widthOf(one), widthOf(other)]
  if (a === -1 || b === -1) return undefined
  return a > b ? one : other
}

/** Of such a type there is but one: nothing has to be compared, for lists may be long. */
function isPlain({ type, name }: RecordSchema): boolean {
  return name === undefined && type !== 'array' && type !== 'map' && type !== 'struct'
}

function widthOf({ type, name }: RecordSchema): number {
  return name === undefined ? widths.findIndex((width) => width === type) : -1
}

/** A number in the form of a wider type. */
export function widened(value: unknown, { type }: RecordSchema): unknown {
  if (typeof value !== 'number' && typeof value !== 'bigint') return value
  switch (type) {
    case 'int64':
      return BigInt(value)
    case 'float32':
      return Math.fround(Number(value))
    case 'float64':
      return Number(value)
    default:
      return value
  }
}
