import { boolean, defineTransform, nonEmpty, string, type TransformDefinition } from '@sluice/template'
import { fieldOf, type Side, sideOf, structured, withSide } from './fields.ts'

const config = {
  field: string({ doc: 'Names the field to take.', importance: 'HIGH', validate: nonEmpty }),
  replaceNullWithDefault: boolean({ doc: "Takes the field's default in place of null.", default: true }),
}

/** Puts one field of the key, or of the value, in the place of the whole. */
function extractField(side: Side): TransformDefinition<typeof config> {
  const suffix = side === 'key' ? 'Key' : 'Value'
  return defineTransform({
    name: `org.apache.kafka.connect.transforms.ExtractField$${suffix}`,
    aliases: [`ExtractField$${suffix}`],
    version: '0.1.0',
    doc: `Puts one field of the ${side} in the place of the whole. A ${side} that is null stays so.`,
    config,
    touches: () => [side],
    open: ({ config: { field: name, replaceNullWithDefault } }) => ({
      apply: (record) => {
        const whole = sideOf(record, side)
        if (whole.value === null || whole.value === undefined) return record
        const { fields, schema } = structured(whole, 'extracting a field')
        const own = schema && fieldOf(schema, name).schema
        const fallback = replaceNullWithDefault ? own?.default : undefined
        return withSide(record, side, { value: fields[name] ?? fallback ?? null, schema: own })
      },
    }),
  })
}

export const extractFieldOfKey: TransformDefinition<typeof config> = extractField('key')
export const extractFieldOfValue: TransformDefinition<typeof config> = extractField('value')
