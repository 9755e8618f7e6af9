import { list, logical, type RecordSchema } from '@sluice/template'
import {
  type FieldEdit,
  type FieldEditsOptions,
  openFieldEdits,
  openRowEdits,
  plainEdits,
} from '../field-edits.ts'
import { parseFieldPath } from '../field-path.ts'
import { isNull, perSchema } from '../fields.ts'
import { type FieldSyntax, fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { bothSides, type ChangeSide } from '../sides.ts'
import { basicsOf } from '../struct-rewrite.ts'
import { castTo, type CastType, castTypes, type CastValue } from './cast-value.ts'

const config = {
  spec: list({
    doc: `Says what to cast: field:type, separated by commas, or one type for the whole. Types are ${castTypes.join(', ')}.`,
    importance: 'HIGH',
    validate: (items) => specIssue(items),
  }),
  fieldSyntaxVersion,
  replaceNullWithDefault,
}

/** Turns fields, or the whole, into another type. */
export const [castOfKey, castOfValue] = bothSides({
  name: 'Cast',
  doc: (side) =>
    `Turns fields of the ${side}, or the ${side} as a whole, into another type. A ${side} that is null stays so. Numbers that don't fit lose their upper bits, as in Java.`,
  config,
  open: ({ spec, fieldSyntaxVersion: syntax, ...options }) => {
    const items = spec.map(parseItem)
    const whole = items.find(({ field }) => field === undefined)
    return whole ? castWhole(whole.type) : castFields(items as readonly FieldCast[], syntax, options)
  },
  openRows: ({ spec, fieldSyntaxVersion: syntax, ...options }) => {
    const items = spec.map(parseItem)
    if (items.some(({ field }) => field === undefined)) return undefined
    return openRowEdits(editsOf(items as readonly FieldCast[], syntax, options))
  },
  layout: ({ spec, fieldSyntaxVersion: syntax, ...options }) => {
    const items = spec.map(parseItem)
    if (items.some(({ field }) => field === undefined)) return undefined
    return plainEdits(editsOf(items as readonly FieldCast[], syntax, options))
  },
})

interface SpecItem {
  readonly field: string | undefined
  readonly type: CastType
}

interface FieldCast extends SpecItem {
  readonly field: string
}

function castFields(
  items: readonly FieldCast[],
  syntax: FieldSyntax,
  options: { readonly replaceNullWithDefault: boolean },
): ChangeSide {
  const edits = openFieldEdits(editsOf(items, syntax, options))
  return (data) => (isNull(data.value) ? data : edits(data))
}

function editsOf(
  items: readonly FieldCast[],
  syntax: FieldSyntax,
  options: { readonly replaceNullWithDefault: boolean },
): FieldEditsOptions {
  return {
    ...options,
    purpose: 'casting fields',
    setting: 'spec',
    keep: { optional: true, default: true },
    edits: items.map(({ field, type }) => [parseFieldPath(field, { syntax, setting: 'spec' }), editOf(type)]),
  }
}

function editOf(type: CastType): FieldEdit {
  return {
    compile: (schema) => {
      const convert = castTo(type, schema)
      const inRows = keepsText(type, schema) ? { inRows: 'same' as const } : {}
      return { schema: fieldSchema(type, { schema, convert }), convert, ...inRows }
    },
    plain: castTo(type, undefined),
  }
}

/** Types of whole numbers, by how much they hold. */
const widths: readonly string[] = ['int8', 'int16', 'int32', 'int64']

/** Is the text of every value that of the value which the cast makes of it? */
function keepsText(type: CastType, schema: RecordSchema): boolean {
  if (isLogical(schema)) return false
  if (type === schema.type && type !== 'float32' && type !== 'float64') return true
  const [before, after] = [widths.indexOf(schema.type), widths.indexOf(type)]
  if (type === 'string') return before !== -1 || schema.type === 'boolean'
  return before !== -1 && after >= before
}

/** A field's schema keeps nothing but whether it is optional, and its default. */
function fieldSchema(type: CastType, of: { schema: RecordSchema; convert: CastValue }): RecordSchema {
  return { type, ...optionalAndDefault(of) }
}

function castWhole(type: CastType): ChangeSide {
  const compile = perSchema((schema: RecordSchema) => {
    const convert = castTo(type, schema)
    const basics = isLogical(schema) ? {} : basicsOf(schema)
    const after: RecordSchema = { ...basics, type, ...optionalAndDefault({ schema, convert }) }
    return { convert, schema: after }
  })
  const plain = castTo(type, undefined)
  return (data) => {
    if (isNull(data.value)) return data
    if (data.schema === undefined) return { value: plain(data.value), schema: undefined }
    const { convert, schema } = compile(data.schema)
    return { value: convert(data.value), schema }
  }
}

/** Under the name of a logical type its new values would be taken for that type's. */
function isLogical({ name }: RecordSchema): boolean {
  return (Object.values(logical) as readonly unknown[]).includes(name)
}

function optionalAndDefault(of: {
  schema: RecordSchema
  convert: CastValue
}): Pick<RecordSchema, 'optional' | 'default'> {
  const { optional, default: fallback } = of.schema
  return { ...(optional && { optional }), ...(!isNull(fallback) && { default: of.convert(fallback) }) }
}

function parseItem(item: string): SpecItem {
  const colon = item.indexOf(':')
  const type = item
    .slice(colon + 1)
    .trim()
    .toLowerCase()
  return { field: colon === -1 ? undefined : item.slice(0, colon).trim(), type: type as CastType }
}

function specIssue(items: readonly string[]): string | undefined {
  if (items.length === 0) return 'must say what to cast'
  const parsed = items.map(parseItem)
  const unknown = parsed.find(({ type }) => !castTypes.includes(type))
  if (unknown) return `has the type "${unknown.type}"; a cast goes to ${castTypes.join(', ')}`
  return parsed.length > 1 && parsed.some(({ field }) => field === undefined)
    ? 'can cast the whole to one type only, with nothing beside it'
    : undefined
}
