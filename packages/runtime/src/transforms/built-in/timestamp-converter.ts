import { type ConfigOf, oneOf, type RecordSchema, string } from '@sluice/template'
import { ConfigError } from '../../task/config-error.ts'
import { type FieldEdit, type FieldEditsOptions, openFieldEdits, plainEdits } from '../field-edits.ts'
import { parseFieldPath } from '../field-path.ts'
import { perSchema } from '../fields.ts'
import { type DateFormat, datePatternIssue, javaDateFormat } from '../java/date-format.ts'
import { fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { bothSides, type ChangeSide } from '../sides.ts'
import {
  plainTimestampConversion,
  targetSchema,
  timestampConversion,
  type TimestampForms,
  timestampTypes,
  unixPrecisions,
} from './timestamp-value.ts'

const purpose = 'converting timestamps'

const config = {
  field: string({ doc: 'Names the field; empty: the whole.', importance: 'HIGH', default: '' }),
  targetType: oneOf(timestampTypes, { doc: 'Says which form it gets.', importance: 'HIGH' }),
  format: string({
    doc: "Is the form of texts, both read and written; a pattern of Java's SimpleDateFormat.",
    importance: 'MEDIUM',
    default: '',
    validate: datePatternIssue,
  }),
  unixPrecision: oneOf(unixPrecisions, {
    doc: 'Says what unix numbers count, both read and written.',
    default: 'milliseconds',
  }),
  fieldSyntaxVersion,
  replaceNullWithDefault,
}

type Settings = ConfigOf<typeof config>

/** Turns moments into another form. */
export const [timestampConverterOfKey, timestampConverterOfValue] = bothSides({
  name: 'TimestampConverter',
  doc: (side) =>
    `Turns a field of the ${side}, or the ${side} as a whole, from one form of a point in time into another, in UTC. Null stays null.`,
  config,
  open: (settings) => {
    const forms = formsOf(settings)
    return settings.field === '' ? convertWhole(forms) : openFieldEdits(editsOf(settings, forms))
  },
  layout: (settings) =>
    settings.field === '' ? undefined : plainEdits(editsOf(settings, formsOf(settings))),
})

function formsOf({ format, targetType: target, unixPrecision: precision }: Settings): TimestampForms {
  return { target, precision, format: formatOf(format, target) }
}

function editsOf(
  { field, fieldSyntaxVersion: syntax, ...options }: Settings,
  forms: TimestampForms,
): FieldEditsOptions {
  const edit: FieldEdit = {
    compile: (schema) => ({
      schema: targetSchema(forms.target, schema),
      convert: timestampConversion(schema, forms),
    }),
    plain: plainTimestampConversion(forms),
  }
  return {
    replaceNullWithDefault: options.replaceNullWithDefault,
    nullStays: true,
    purpose,
    setting: 'field',
    keep: { optional: true, default: true },
    edits: [[parseFieldPath(field, { syntax, setting: 'field' }), edit]],
  }
}

function formatOf(pattern: string, target: string): DateFormat | undefined {
  if (pattern !== '') return javaDateFormat(pattern)
  if (target !== 'string') return undefined
  throw new ConfigError([{ field: 'format', message: 'is required where target.type is string' }])
}

function convertWhole(forms: TimestampForms): ChangeSide {
  const plain = plainTimestampConversion(forms)
  const compile = perSchema((schema: RecordSchema) => ({
    schema: targetSchema(forms.target, schema),
    convert: timestampConversion(schema, forms),
  }))
  return ({ value, schema }) => {
    if (schema === undefined) return { value: plain(value), schema }
    const { schema: after, convert } = compile(schema)
    return { value: convert(value), schema: after }
  }
}
