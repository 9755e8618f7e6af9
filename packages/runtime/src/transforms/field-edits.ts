import type { Issue, RecordSchema, StructField, StructSchema } from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import type { FieldPath } from './field-path.ts'
import { type Fields, fieldsOf, isNull, perSchema, setField, structOf } from './fields.ts'
import type { Changed, Data } from './sides.ts'
import { compileRewrite, type FieldPlan, type RewriteOptions, type StructRewrite } from './struct-rewrite.ts'

/** What becomes of a field, with a schema and without. */
export interface FieldEdit {
  /** Its new name; absent: it keeps its own. */
  readonly name?: string
  /** The new schema, and what makes the new value of the old; `remove`: the field goes. Asked once per schema. */
  compile(schema: RecordSchema): CompiledEdit | 'remove'
  /** The new value where there is no schema; undefined stands for a field that isn't there, before and after. */
  plain(value: unknown): unknown
}

export interface CompiledEdit {
  readonly schema: RecordSchema
  readonly convert?: (value: unknown) => unknown
}

export const removeField: FieldEdit = { compile: () => 'remove', plain: () => undefined }

/** The field stays as it is, but for its name. */
export function keepField(name?: string): FieldEdit {
  return {
    ...(name !== undefined && { name }),
    compile: (schema) => ({ schema }),
    plain: (value) => value,
  }
}

export interface FieldEditsOptions extends RewriteOptions {
  readonly purpose: string
  /** The setting that names the fields, for issues. */
  readonly setting: string
  /** Of two edits of one field the later one counts. */
  readonly edits: readonly (readonly [path: FieldPath, edit: FieldEdit])[]
  /** What becomes of fields without an edit. Default: they stay. */
  readonly others?: 'remove'
  /** Null stays null, and only its schema changes. Default: it is refused. */
  readonly nullStays?: boolean
}

/**
 * Compiles edits of fields, once per schema that comes, into what makes data of named fields with those edits. Throws a ConfigError
 * where one field is within another; what it returns throws a RecordError for data of another kind.
 */
export function openFieldEdits(options: FieldEditsOptions): (data: Data) => Changed {
  const tree = treeOf(options)
  const rewriteOf = perSchema((schema: RecordSchema) =>
    compileTree(structOf(schema, options.purpose), tree, options),
  )
  return ({ value, schema }) => {
    if (isNull(value) && options.nullStays) return { value: null, schema: schema && rewriteOf(schema).schema }
    const fields = fieldsOf(value, options.purpose)
    if (schema === undefined) return { value: editPlain(fields, tree, options), schema }
    const rewrite = rewriteOf(schema)
    return { value: rewrite.copy(fields), schema: rewrite.schema }
  }
}

/** Edits by the names on the way to their field. */
type EditTree = Map<string, FieldEdit | EditTree>

function treeOf({ edits, setting }: FieldEditsOptions): EditTree {
  const root: EditTree = new Map()
  for (const [path, edit] of edits) {
    const last = path.length - 1
    let at = root
    for (const name of path.slice(0, last)) {
      const next = at.get(name) ?? new Map()
      if (!(next instanceof Map)) throw new ConfigError([overlap(setting, path)])
      at.set(name, next)
      at = next
    }
    if (at.get(path[last]!) instanceof Map) throw new ConfigError([overlap(setting, path)])
    at.set(path[last]!, edit)
  }
  return root
}

function overlap(field: string, path: FieldPath): Issue {
  return { field, message: `names ${path.join('.')} and a field above or below it; keep one of the two` }
}

function compileTree(schema: StructSchema, tree: EditTree, options: FieldEditsOptions): StructRewrite {
  const plans = schema.fields.flatMap((field): FieldPlan[] => {
    const edit = tree.get(field.name)
    if (edit === undefined) return options.others === 'remove' ? [] : [{ ...field, from: field }]
    if (edit instanceof Map)
      return [{ name: field.name, from: field, ...compileWithin(field, edit, options) }]
    const compiled = edit.compile(field.schema)
    return compiled === 'remove' ? [] : [{ name: edit.name ?? field.name, from: field, ...compiled }]
  })
  return compileRewrite(schema, plans, options)
}

/** A struct within a struct stays what it is, but for its fields. */
function compileWithin({ schema }: StructField, tree: EditTree, options: FieldEditsOptions): CompiledEdit {
  const keep = { optional: true, default: true }
  const rewrite = compileTree(structOf(schema, options.purpose), tree, { ...options, keep })
  const convert = (value: unknown): unknown =>
    isNull(value) ? null : rewrite.copy(fieldsOf(value, options.purpose))
  return { schema: rewrite.schema, convert }
}

function editPlain(fields: Fields, tree: EditTree, options: FieldEditsOptions): Fields {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const edit = tree.get(name)
    if (edit !== undefined) setEdited(result, { name, value, edit }, options)
    else if (options.others !== 'remove') setField(result, name, value)
  }
  for (const [name, edit] of tree) {
    if (!Object.hasOwn(fields, name)) setEdited(result, { name, value: undefined, edit }, options)
  }
  return result
}

function setEdited(
  result: Record<string, unknown>,
  { name, value, edit }: { name: string; value: unknown; edit: FieldEdit | EditTree },
  options: FieldEditsOptions,
): void {
  const within = edit instanceof Map
  const after = within ? editWithin(value, edit, options) : edit.plain(value)
  if (after !== undefined) setField(result, within ? name : (edit.name ?? name), after)
}

function editWithin(value: unknown, tree: EditTree, options: FieldEditsOptions): unknown {
  return isNull(value) ? value : editPlain(fieldsOf(value, options.purpose), tree, options)
}
