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
  const copy = (struct: Fields): Record<string, unknown> => {
    const result: Record<string, unknown> = {}
    for (const { name, from, convert } of plans) {
      const value = valueOf(struct, from, options)
      setField(result, name, convert ? convert(value) : value)
    }
    return result
  }
  const schema: StructSchema = {
    ...basicsOf(before),
    type: 'struct',
    fields,
    ...(keep.optional && before.optional && { optional: true }),
    ...(keep.default && !isNull(before.default) && { default: copy(before.default as Fields) }),
  }
  return { schema, copy }
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
