import type { Issue, RecordSchema, StructField, StructSchema } from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import type { FieldPath } from './field-path.ts'
import { type Fields, fieldsOf, hasDefaults, isNull, perSchema, setField, structOf } from './fields.ts'
import type { PlainField, PlainLayout, PlainStep } from './plain-layout.ts'
import { type ChangeRows, type ColumnPlan, compileColumns } from './row-columns.ts'
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
  /** What `convert` does where values are texts, as in rows: they stay, or each that isn't null becomes another. Absent: it needs the value. */
  readonly inRows?: 'same' | { readonly text: string }
}

export const removeField: FieldEdit = { compile: () => 'remove', plain: () => undefined }

/** The field stays as it is, but for its name. */
export function keepField(name?: string): FieldEdit {
  return {
    ...(name !== undefined && { name }),
    compile: (schema) => ({ schema }),
    plain: same,
  }
}

function same(value: unknown): unknown {
  return value
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

/** The same edits of whole rows. */
export function openRowEdits(options: FieldEditsOptions): ChangeRows {
  const tree = treeOf(options)
  const changeOf = perSchema((schema: StructSchema) => compileRowEdits(schema, tree, options))
  return (rows) => changeOf(rows.schema)?.(rows)
}

function compileRowEdits(
  schema: StructSchema,
  tree: EditTree,
  options: FieldEditsOptions,
): ChangeRows | undefined {
  if (options.replaceNullWithDefault && hasDefaults(schema)) return undefined
  const columns: ColumnPlan[] = []
  for (const plan of fieldPlans(schema, tree, options)) {
    const inRows = plan.convert ? plan.inRows : 'same'
    if (inRows === undefined) return undefined
    const from = schema.fields.indexOf(plan.from)
    const { name, schema: after } = plan
    columns.push({ name, schema: after, from, ...(inRows !== 'same' && { text: inRows.text }) })
  }
  const { schema: after } = compileRewrite(schema, fieldPlans(schema, tree, options), options)
  return compileColumns(schema, { schema: after, plans: columns })
}

/** The same edits, told from the names of the fields alone. */
export function plainEdits(options: FieldEditsOptions): PlainLayout {
  const tree = treeOf(options)
  return (fields) => {
    const there = fields.map((field) => editedField(field, tree.get(field.name), options))
    if (there.includes('unknown')) return undefined
    const names = new Set(fields.map(({ name }) => name))
    const added = [...tree].flatMap(([name, edit]) => (names.has(name) ? [] : addedField(name, edit)))
    return [...(there as (PlainField | 'gone')[]).filter((field) => field !== 'gone'), ...added]
  }
}

function editedField(
  field: PlainField,
  edit: FieldEdit | EditTree | undefined,
  options: FieldEditsOptions,
): PlainField | 'gone' | 'unknown' {
  if (edit === removeField || (edit === undefined && options.others === 'remove')) {
    return field.steps.length > 0 ? 'unknown' : 'gone'
  }
  if (edit === undefined) return field
  if (edit instanceof Map) {
    const within: PlainStep = (value) => editWithin(value, edit, options)
    return { ...field, steps: [...field.steps, within] }
  }
  const { name = field.name, plain } = edit
  return { ...field, name, steps: plain === same ? field.steps : [...field.steps, (value) => plain(value)] }
}

/** A field that isn't there may be there afterwards. */
function addedField(name: string, edit: FieldEdit | EditTree): readonly PlainField[] {
  if (edit instanceof Map || edit.plain(undefined) === undefined) return []
  return [{ name: edit.name ?? name, steps: [() => edit.plain(undefined)] }]
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
  return compileRewrite(schema, fieldPlans(schema, tree, options), options)
}

interface EditPlan extends FieldPlan, Pick<CompiledEdit, 'inRows'> {
  readonly from: StructField
}

function fieldPlans(schema: StructSchema, tree: EditTree, options: FieldEditsOptions): readonly EditPlan[] {
  return schema.fields.flatMap((field): EditPlan[] => {
    const edit = tree.get(field.name)
    if (edit === undefined) return options.others === 'remove' ? [] : [{ ...field, from: field }]
    if (edit instanceof Map)
      return [{ name: field.name, from: field, ...compileWithin(field, edit, options) }]
    const compiled = edit.compile(field.schema)
    return compiled === 'remove' ? [] : [{ name: edit.name ?? field.name, from: field, ...compiled }]
  })
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
  return options.others === 'remove' || moves(tree)
    ? rebuilt(fields, tree, options)
    : amended(fields, tree, options)
}

const moving = new WeakMap<EditTree, boolean>()

/** Does an edit remove fields or give them other names, so that others come to stand elsewhere? */
function moves(tree: EditTree): boolean {
  const known = moving.get(tree)
  if (known !== undefined) return known
  const found = [...tree.values()].some(
    (edit) => !(edit instanceof Map) && (edit === removeField || edit.name !== undefined),
  )
  moving.set(tree, found)
  return found
}

/** The quick way where every field stays in its place: all at once, and then those that change. */
function amended(fields: Fields, tree: EditTree, options: FieldEditsOptions): Fields {
  const result: Record<string, unknown> = { ...fields }
  for (const [name, edit] of tree) {
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined
    const after = edit instanceof Map ? editWithin(before, edit, options) : edit.plain(before)
    if (after !== undefined) setField(result, name, after)
    else if (before !== undefined) return rebuilt(fields, tree, options)
  }
  return result
}

function rebuilt(fields: Fields, tree: EditTree, options: FieldEditsOptions): Fields {
  const result: Record<string, unknown> = {}
  for (const name of Object.keys(fields)) {
    const edit = tree.get(name)
    if (edit !== undefined) setEdited(result, { name, value: fields[name], edit }, options)
    else if (options.others !== 'remove') setField(result, name, fields[name])
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
