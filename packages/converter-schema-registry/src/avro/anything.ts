import { type AvroType, primitive } from './avro-type.ts'
import { anythingName, mapEntryName, namespace } from './connect-names.ts'
import { printAvro } from './print-avro.ts'

const scalars = ['boolean', 'bytes', 'double', 'float', 'int', 'long', 'string'] as const

/** Names of the fields, in their order. */
export const anythingFields = [...scalars, 'array', 'map'] as const

/** The Avro type of values without a schema: a record that has one of many fields. It contains itself. */
export const anythingType: AvroType = makeAnything()

/** Is it the type of values without a schema? */
export function isAnything(type: AvroType): boolean {
  return type.kind === 'record' && type.name === anythingName && printAvro(type) === printAvro(anythingType)
}

function makeAnything(): AvroType {
  const fields: { name: string; type: AvroType; default: null; properties: object }[] = []
  const anything = { kind: 'record' as const, name: anythingName, fields, properties: {} } as AvroType
  const entry: AvroType = {
    kind: 'record',
    name: `${namespace}.${mapEntryName}`,
    fields: [
      { name: 'key', type: anything, properties: {} },
      { name: 'value', type: anything, properties: {} },
    ],
    properties: {},
  }
  const types = {
    ...Object.fromEntries(scalars.map((kind) => [kind, primitive(kind)])),
    array: { kind: 'array', items: anything, properties: {} },
    map: { kind: 'array', items: entry, properties: {} },
  } as Readonly<Record<string, AvroType>>
  for (const [name, type] of Object.entries(types)) {
    fields.push({
      name,
      type: { kind: 'union', types: [primitive('null'), type] },
      default: null,
      properties: {},
    })
  }
  return anything
}
