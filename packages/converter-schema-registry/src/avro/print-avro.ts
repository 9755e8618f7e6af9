import { stringifyJson } from '@sluice/template'
import {
  type AvroField,
  type AvroJson,
  type AvroType,
  Fraction,
  type Properties,
  splitName,
} from './avro-type.ts'

/**
 * The text of a schema, with the members and their order that Avro for Java gives it: registries that were filled by the JVM's converters then
 * know it again.
 */
export function printAvro(type: AvroType): string {
  return print(type, { written: new Set(), namespace: '' })
}

interface Context {
  /** Full names of types that stand in the text already: again they are only named. */
  readonly written: Set<string>
  readonly namespace: string
}

function print(type: AvroType, context: Context): string {
  switch (type.kind) {
    case 'union':
      return `[${type.types.map((one) => print(one, context)).join(',')}]`
    case 'array':
      return object(['type', '"array"'], ['items', print(type.items, context)], type.properties)
    case 'map':
      return object(['type', '"map"'], ['values', print(type.values, context)], type.properties)
    case 'record':
    case 'enum':
    case 'fixed':
      return printNamed(type, context)
    default:
      return Object.keys(type.properties).length === 0
        ? json(type.kind)
        : object(['type', json(type.kind)], type.properties)
  }
}

function printNamed(type: Extract<AvroType, { readonly name: string }>, context: Context): string {
  const [namespace, name] = splitName(type.name)
  if (context.written.has(type.name)) return json(namespace === context.namespace ? name : type.name)
  context.written.add(type.name)
  const head: Member[] = [
    ['type', json(type.kind)],
    ['name', json(name)],
    ...(namespace === context.namespace ? [] : [['namespace', json(namespace)] as const]),
    ...(type.doc === undefined ? [] : [['doc', json(type.doc)] as const]),
  ]
  const below = { ...context, namespace }
  switch (type.kind) {
    case 'record': {
      const fields = type.fields.map((field) => printField(field, below))
      return object(...head, ['fields', `[${fields.join(',')}]`], type.properties)
    }
    case 'enum': {
      const fallback: readonly Member[] = type.default === undefined ? [] : [['default', json(type.default)]]
      return object(...head, ['symbols', json(type.symbols)], ...fallback, type.properties)
    }
    case 'fixed':
      return object(...head, ['size', json(type.size)], type.properties)
  }
}

function printField(field: AvroField, context: Context): string {
  return object(
    ['name', json(field.name)],
    ['type', print(field.type, context)],
    ...(field.doc === undefined ? [] : [['doc', json(field.doc)] as const]),
    ...(field.default === undefined ? [] : [['default', json(field.default)] as const]),
    field.properties,
  )
}

type Member = readonly [name: string, json: string]

function object(...parts: readonly (Member | Properties)[]): string {
  const members = parts.flatMap((part) =>
    Array.isArray(part)
      ? [part as Member]
      : Object.entries(part as Properties).map(([name, value]): Member => [name, json(value)]),
  )
  return `{${members.map(([name, text]) => `${json(name)}:${text}`).join(',')}}`
}

/** JSON, with fractions as Java has them. */
function json(value: AvroJson): string {
  if (value instanceof Fraction) return fraction(value.value)
  if (Array.isArray(value)) return `[${value.map((item: AvroJson) => json(item)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, item]) => `${stringifyJson(name)}:${json(item)}`)
    return `{${members.join(',')}}`
  }
  return stringifyJson(value)
}

function fraction(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-3 && size < 1e7)) {
    const text = Object.is(value, -0) ? '-0' : String(value)
    return text.includes('.') ? text : `${text}.0`
  }
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`
}
