import { type PrimitiveSchema, RecordError, type RecordSchema, type StructSchema } from '@sluice/template'
import { type Fields, isNull, setField, valueOf } from './fields.ts'

/** How one field of the new struct comes about. */
export interface FieldPlan {
  readonly name: string
  readonly schema: RecordSchema
  /** The field that it is made of. */
  readonly from: { readonly name: string; readonly schema: RecordSchema }
  /** From the old value to the new; absent: as it is. */
  readonly convert?: ((value: unknown) => unknown) | undefined
}

export interface StructRewrite {
  readonly schema: StructSchema
  /** A new object; fields that are added later are the caller's to set. */
  copy(fields: Fields): Record<string, unknown>
}

export interface RewriteOptions {
  readonly replaceNullWithDefault: boolean
  /** What the schema itself keeps beside name, version, doc and parameters. */
  readonly keep?: { readonly optional?: boolean; readonly default?: boolean }
  /** Fields without a field that they are made of. */
  readonly added?: readonly { readonly name: string; readonly schema: RecordSchema }[]
}

/** Compiles what makes structs of one schema from structs of another. Throws a RecordError where two fields would have one name. */
export function compileRewrite(
  before: StructSchema,
  plans: readonly FieldPlan[],
  options: RewriteOptions,
): StructRewrite {
  const { keep = {}, added = [] } = options
  const fields = [...plans, ...added].map(({ name, schema }) => ({ name, schema }))
  refuseDuplicates(fields.map(({ name }) => name))
  const copy = keepsAll(before, plans) ? copyWhole(plans, options) : copyFields(plans, options)
  const schema: StructSchema = {
    ...basicsOf(before),
    type: 'struct',
    fields,
    ...(keep.optional && before.optional && { optional: true }),
    ...(keep.default && !isNull(before.default) && { default: copy(before.default as Fields) }),
  }
  return { schema, copy }
}

type Copy = (struct: Fields) => Record<string, unknown>

function keepsAll(before: StructSchema, plans: readonly FieldPlan[]): boolean {
  return plans.length === before.fields.length && plans.every(({ name, from }) => name === from.name)
}

/** The quick way where every field stays: all at once, and then those that change. */
function copyWhole(plans: readonly FieldPlan[], options: RewriteOptions): Copy {
  const changing = plans.filter(
    ({ from, convert }) =>
      convert !== undefined || (options.replaceNullWithDefault && !isNull(from.schema.default)),
  )
  return (struct) => {
    const result: Record<string, unknown> = { ...struct }
    for (const plan of changing) setField(result, plan.name, newValue(struct, plan, options))
    return result
  }
}

function copyFields(plans: readonly FieldPlan[], options: RewriteOptions): Copy {
  return (struct) => {
    const result: Record<string, unknown> = {}
    for (const plan of plans) setField(result, plan.name, newValue(struct, plan, options))
    return result
  }
}

function newValue(struct: Fields, { from, convert }: FieldPlan, options: RewriteOptions): unknown {
  const value = valueOf(struct, from, options)
  return convert ? convert(value) : value
}

/** What a schema keeps when its type changes: name, version, doc and parameters; neither whether it is optional nor its default. */
export function basicsOf(
  schema: RecordSchema,
): Pick<PrimitiveSchema, 'name' | 'version' | 'doc' | 'parameters'> {
  const { name, version, doc, parameters } = schema
  return {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(doc !== undefined && { doc }),
    ...(parameters !== undefined && { parameters }),
  }
}

/** Throws a RecordError where a struct would have two fields of one name. */
export function refuseDuplicates(names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw new RecordError(`The transform would give the record two fields named ${name}.`)
    seen.add(name)
  }
}
