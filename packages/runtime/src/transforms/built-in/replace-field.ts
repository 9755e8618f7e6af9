import { defineTransform, list, pairs, type StructSchema, type TransformDefinition } from '@sluice/template'
import { perSchema, type Side, sideOf, structured, withSide } from './fields.ts'

const config = {
  exclude: list({ doc: 'Drops these fields.', aliases: ['blacklist'], default: [] }),
  include: list({ doc: 'Keeps these fields only; empty: all.', aliases: ['whitelist'], default: [] }),
  renames: pairs({ doc: 'Renames fields: old:new, separated by commas.', default: new Map() }),
}

/** Drops and renames fields. */
function replaceField(side: Side): TransformDefinition<typeof config> {
  const suffix = side === 'key' ? 'Key' : 'Value'
  return defineTransform({
    name: `org.apache.kafka.connect.transforms.ReplaceField$${suffix}`,
    aliases: [`ReplaceField$${suffix}`],
    version: '0.1.0',
    doc: `Drops and renames fields of the ${side}. A ${side} that is null stays so.`,
    config,
    touches: () => [side],
    open: ({ config: { exclude, include, renames } }) => {
      const keeps = (name: string): boolean =>
        !exclude.includes(name) && (include.length === 0 || include.includes(name))
      const renamed = (name: string): string => renames.get(name) ?? name
      const newSchema = perSchema(
        (schema: StructSchema): StructSchema => ({
          ...schema,
          fields: schema.fields
            .filter(({ name }) => keeps(name))
            .map((field) => ({ ...field, name: renamed(field.name) })),
        }),
      )
      return {
        apply: (record) => {
          const whole = sideOf(record, side)
          if (whole.value === null || whole.value === undefined) return record
          const { fields, schema } = structured(whole, 'replacing fields')
          const kept = Object.entries(fields).filter(([name]) => keeps(name))
          const value = Object.fromEntries(kept.map(([name, field]) => [renamed(name), field]))
          return withSide(record, side, { value, schema: schema && newSchema(schema) })
        },
      }
    },
  })
}

export const replaceFieldOfKey: TransformDefinition<typeof config> = replaceField('key')
export const replaceFieldOfValue: TransformDefinition<typeof config> = replaceField('value')
