import type { Header, RecordData, RecordSchema } from '@sluice/template'
import { openFieldEdits, removeField } from '../field-edits.ts'
import { isNull } from '../fields.ts'
import type { Changed, Data } from '../sides.ts'

export interface DropFieldsOptions {
  /** Names the header that lists the fields; undefined: none are dropped. */
  readonly headerName: string | undefined
  readonly fromKey: boolean
  /** Drops only what the schema says is optional. */
  readonly keepSchemaCompatible: boolean
}

type Drop = (data: Data, names: readonly string[]) => Data

/** Drops the fields that a header of the record lists, less those that are to stay in the value. */
export type DropFields = (record: RecordData, staying: readonly string[]) => RecordData

export function openDropFields(options: DropFieldsOptions): DropFields {
  const { headerName } = options
  if (headerName === undefined) return (record) => record
  const dropKey = openDrop(options.keepSchemaCompatible)
  const dropValue = openDrop(options.keepSchemaCompatible)
  return (record, staying) => {
    const names = listed(record.headers?.find(({ key }) => key === headerName))
    if (names.length === 0) return record
    const ofValue = staying.length === 0 ? names : names.filter((name) => !staying.includes(name))
    const value = dropValue({ value: record.value, schema: record.valueSchema }, ofValue)
    const key = options.fromKey
      ? dropKey({ value: record.key, schema: record.keySchema }, names)
      : { value: record.key, schema: record.keySchema }
    return { ...record, key: key.value, keySchema: key.schema, value: value.value, valueSchema: value.schema }
  }
}

function listed(header: Header | undefined): readonly string[] {
  return Array.isArray(header?.value) ? header.value.filter((name) => typeof name === 'string') : []
}

const keptLists = 100

/** Compiles once per list of names, of which there are as many as there are shapes of rows. */
function openDrop(keepSchemaCompatible: boolean): Drop {
  const edits = new Map<string, (data: Data) => Changed>()
  return (data, names) => {
    if (isNull(data.value)) return data
    const dropped = keepSchemaCompatible ? names.filter((name) => isOptional(data.schema, name)) : names
    if (dropped.length === 0) return data
    const key = JSON.stringify(dropped)
    const edit = edits.get(key) ?? openEdit(dropped)
    if (edits.size >= keptLists) edits.clear()
    edits.set(key, edit)
    return edit(data)
  }
}

function isOptional(schema: RecordSchema | undefined, name: string): boolean {
  if (schema?.type !== 'struct') return false
  return schema.fields.find((field) => field.name === name)?.schema.optional ?? false
}

function openEdit(names: readonly string[]): (data: Data) => Changed {
  return openFieldEdits({
    replaceNullWithDefault: true,
    purpose: 'dropping fields that a header lists',
    setting: 'drop.fields.header.name',
    edits: names.map((name) => [[name], removeField]),
  })
}
