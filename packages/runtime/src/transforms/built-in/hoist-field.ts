import { type RecordSchema, string, type StructSchema } from '@sluice/template'
import { perSchema, setField } from '../fields.ts'
import { bothSides } from '../sides.ts'

/** Wraps the whole in a struct of one field. */
export const [hoistFieldOfKey, hoistFieldOfValue] = bothSides({
  name: 'HoistField',
  doc: (side) => `Wraps the ${side} in a struct of one field.`,
  config: { field: string({ doc: 'Names the field.', importance: 'MEDIUM' }) },
  open: ({ field }) => {
    const wrapped = perSchema(
      (schema: RecordSchema): StructSchema => ({ type: 'struct', fields: [{ name: field, schema }] }),
    )
    return ({ value, schema }) => {
      const fields: Record<string, unknown> = {}
      setField(fields, field, value ?? null)
      return { value: fields, schema: schema && wrapped(schema) }
    }
  },
})
