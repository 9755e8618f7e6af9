import { type ConfigOf, list, nonEmpty, rowsWith, string } from '@sluice/template'
import {
  type FieldEdit,
  type FieldEditsOptions,
  openFieldEdits,
  openRowEdits,
  plainEdits,
} from '../field-edits.ts'
import { parseFieldPath } from '../field-path.ts'
import { fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { bothSides } from '../sides.ts'
import { maskOf, maskText, plainMask } from './mask-value.ts'

const config = {
  fields: list({
    doc: 'Names the fields to hide.',
    importance: 'HIGH',
    validate: (names) => (names.length === 0 ? 'must name a field' : undefined),
  }),
  replacement: string({
    doc: 'Takes the place of every value that is a number or a text.',
    optional: true,
    validate: nonEmpty,
  }),
  fieldSyntaxVersion,
  replaceNullWithDefault,
}

/** Hides the values of fields. */
export const [maskFieldOfKey, maskFieldOfValue] = bothSides({
  name: 'MaskField',
  doc: (side) =>
    `Hides fields of the ${side}: by 0, false, an empty text, list or map, or by a replacement. Null stays null.`,
  config,
  open: (settings) => {
    const edit = openFieldEdits(editsOf(settings))
    return (data) => ({ value: edit(data).value, schema: data.schema })
  },
  openRows: (settings) => {
    const edit = openRowEdits(editsOf(settings))
    return (rows) => {
      const edited = edit(rows)
      return edited && rowsWith(edited, { schema: rows.schema })
    }
  },
  layout: (settings) => plainEdits(editsOf(settings)),
})

function editsOf({
  fields,
  replacement,
  fieldSyntaxVersion: syntax,
  ...options
}: ConfigOf<typeof config>): FieldEditsOptions {
  const mask: FieldEdit = {
    compile: (schema) => {
      const text = maskText(schema, replacement)
      return {
        schema,
        convert: maskOf(schema, replacement),
        ...(text !== undefined && { inRows: { text } }),
      }
    },
    plain: plainMask(replacement),
  }
  return {
    ...options,
    purpose: 'masking fields',
    setting: 'fields',
    edits: fields.map((field) => [parseFieldPath(field, { syntax, setting: 'fields' }), mask]),
  }
}
