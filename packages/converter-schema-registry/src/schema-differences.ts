import type { RecordSchema } from '@sluice/template'

/** How a schema differs from the one before it: a sentence for each field that readers may stumble over. */
export function schemaDifferences(before: RecordSchema, after: RecordSchema, path = ''): readonly string[] {
  const what = path === '' ? 'The value' : `The field ${path}`
  if (typeOf(before) !== typeOf(after)) return [`${what} was ${typeOf(before)} and is ${typeOf(after)} now.`]
  const sentences =
    before.optional && !after.optional ? [`${what} could be null and must not be null now.`] : []
  return [...sentences, ...inside(before, after, path)]
}

function inside(before: RecordSchema, after: RecordSchema, path: string): readonly string[] {
  if (before.type === 'array' && after.type === 'array') {
    return schemaDifferences(before.items, after.items, `${path}[]`)
  }
  if (before.type === 'map' && after.type === 'map') {
    return [
      ...schemaDifferences(before.keys, after.keys, `${path}{}`),
      ...schemaDifferences(before.values, after.values, `${path}{}`),
    ]
  }
  if (before.type !== 'struct' || after.type !== 'struct') return []
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const old = new Map(before.fields.map((field) => [field.name, field.schema]))
  const names = new Set(after.fields.map((field) => field.name))
  return [
    ...after.fields.flatMap((field) => {
      const known = old.get(field.name)
      if (known) return schemaDifferences(known, field.schema, at(field.name))
      const { optional, default: fallback } = field.schema
      const lacks = optional || (fallback !== undefined && fallback !== null) ? '' : ' and has no default'
      return [`The field ${at(field.name)} is new${lacks}.`]
    }),
    ...before.fields.flatMap((field) =>
      names.has(field.name) ? [] : [`The field ${at(field.name)} is gone.`],
    ),
  ]
}

function typeOf(schema: RecordSchema): string {
  const scale = schema.parameters?.['scale']
  const more = scale === undefined ? '' : ` of scale ${scale}`
  const short = schema.name?.startsWith('org.apache.kafka.connect.data.')
    ? schema.name.slice(schema.name.lastIndexOf('.') + 1)
    : schema.type
  return short + more
}
