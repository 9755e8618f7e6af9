import { boolean, type Field, oneOf } from '@sluice/template'

/** Settings that several transforms share. */
export const replaceNullWithDefault: Field<boolean> = boolean({
  doc: 'Takes the default that a schema gives a field in place of null.',
  importance: 'MEDIUM',
  default: true,
})

export type FieldSyntax = 'V1' | 'V2'

export const fieldSyntaxVersion: Field<FieldSyntax> = oneOf(['V1', 'V2'], {
  doc: 'Says how fields are named: V1 by their name, V2 by a path such as address.zip; a name with a dot stands in backticks there.',
  importance: 'HIGH',
  default: 'V1',
})
