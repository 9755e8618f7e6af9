import type { RecordSchema, StructField, StructSchema } from '@sluice/template'
import { refuseDuplicates } from '../struct-rewrite.ts'

export interface ValueSchemaOf {
  /** Of the outbox's rows. */
  readonly event: StructSchema
  readonly payload: RecordSchema
  readonly fields: readonly StructField[]
  readonly routedBy: string
  readonly version: number | undefined
}

/** The schema of a payload among other columns. The same object for the same parts, so that what is compiled per schema stays of use. */
export type ValueSchemas = (of: ValueSchemaOf) => StructSchema

const keptSchemas = 10_000

export function openValueSchemas(): ValueSchemas {
  const known = new WeakMap<RecordSchema, Map<string, StructSchema>>()
  return (of) => {
    const byName = known.get(of.payload) ?? new Map<string, StructSchema>()
    if (byName.size >= keptSchemas) byName.clear()
    known.set(of.payload, byName)
    const key = JSON.stringify([of.routedBy, of.version, of.fields.map(({ name }) => name)])
    const schema = byName.get(key) ?? valueSchema(of)
    byName.set(key, schema)
    return schema
  }
}

function valueSchema({ event, payload, fields, routedBy, version }: ValueSchemaOf): StructSchema {
  const all = [{ name: 'payload', schema: payload }, ...fields]
  refuseDuplicates(all.map(({ name }) => name))
  return {
    type: 'struct',
    name: schemaName(event.name, routedBy),
    ...(version !== undefined && { version }),
    fields: all,
  }
}

/** The topic's part before the last part of the name of the rows' schema. */
function schemaName(eventName: string | undefined, routedBy: string): string {
  if (eventName === undefined) return routedBy
  const dot = eventName.lastIndexOf('.')
  return dot === -1
    ? `${routedBy}.${eventName}`
    : `${eventName.slice(0, dot + 1)}${routedBy}.${eventName.slice(dot + 1)}`
}
