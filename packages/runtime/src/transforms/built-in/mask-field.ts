import { list, nonEmpty, string } from '@sluice/template'
import { type FieldEdit, openFieldEdits } from '../field-edits.ts'
import { parseFieldPath } from '../field-path.ts'
import { fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { bothSides } from '../sides.ts'
import { maskOf, plainMask } from './mask-value.ts'

/** Hides the values of fields. */
export const [maskFieldOfKey, maskFieldOfValue] = bothSides({
  name: 'MaskField',
  doc: (side) =>
    `Hides fields of the ${side}: by 0, false, an empty text, list or map, or by a replacement. Null stays null.`,
  config: {
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
  },
  open: ({ fields, replacement, fieldSyntaxVersion: syntax, ...options }) => {
    const mask: FieldEdit = {
      compile: (schema) => ({ schema, convert: maskOf(schema, replacement) }),
      plain: plainMask(replacement),
    }
    const edit = openFieldEdits({
      ...options,
      purpose: 'masking fields',
      setting: 'fields',
      edits: fields.map((field) => [parseFieldPath(field, { syntax, setting: 'fields' }), mask]),
    })
    return (data) => ({ value: edit(data).value, schema: data.schema })
  },
})
