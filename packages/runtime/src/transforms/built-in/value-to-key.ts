import {
  defineTransform,
  list,
  RecordError,
  type StructSchema,
  type TransformDefinition,
} from '@sluice/template'
import { fieldOf, perSchema, structured } from './fields.ts'

const config = {
  fields: list({
    doc: 'Names the fields of the value that become the key.',
    importance: 'HIGH',
    validate: (names) => (names.length === 0 ? 'must name a field' : undefined),
  }),
}

/** Makes a key of some fields of the value. */
export const valueToKey: TransformDefinition<typeof config> = defineTransform({
  name: 'org.apache.kafka.connect.transforms.ValueToKey',
  aliases: ['ValueToKey'],
  version: '0.1.0',
  doc: 'Makes a key of some fields of the value.',
  config,
  touches: () => ['key', 'value'],
  open: ({ config: { fields: names } }) => {
    const keySchema = perSchema(
      (schema: StructSchema): StructSchema => ({
        type: 'struct',
        fields: names.map((name) => fieldOf(schema, name)),
      }),
    )
    return {
      apply: (record) => {
        const data = { value: record.value, schema: record.valueSchema }
        const { fields, schema } = structured(data, 'copying fields from the value to the key')
        const absent = schema ? undefined : names.find((name) => !(name in fields))
        if (absent !== undefined) throw new RecordError(`The value has no field ${absent} for the key.`)
        const key = Object.fromEntries(names.map((name) => [name, fields[name]]))
        return { ...record, key, keySchema: schema && keySchema(schema) }
      },
    }
  },
})
