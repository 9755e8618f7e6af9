import { optional, type RecordData, struct, timestamp } from '@sluice/template'
import { openTransform, transformed } from './testing/open-transforms.ts'

const v2 = { 'field.syntax.version': 'V2' }
const address = optional(
  struct(
    { street: { type: 'string' }, zip: { type: 'string', optional: true, default: '0' } },
    { name: 'Address' },
  ),
)
const schema = struct({ id: { type: 'int32' }, address, at: optional(struct({ made: timestamp() })) })
const value = { id: 1, address: { street: 'Main', zip: '1000' }, at: { made: new Date(5) } }
const typed: Partial<RecordData> = { value, valueSchema: schema }

function fieldsOf(record: RecordData | null): unknown {
  const { valueSchema } = record!
  return valueSchema?.type === 'struct' ? valueSchema.fields : undefined
}

describe('fields within fields', () => {
  it('are cast, and their struct stays what it is', () => {
    const made = transformed('Cast$Value', { spec: 'address.zip:int32,id:string', ...v2 }, typed)
    expect(made?.value).toEqual({ ...value, id: '1', address: { street: 'Main', zip: 1000 } })
    expect(fieldsOf(made)).toEqual([
      { name: 'id', schema: { type: 'string' } },
      {
        name: 'address',
        schema: optional(
          struct(
            { street: { type: 'string' }, zip: { type: 'int32', optional: true, default: 0 } },
            { name: 'Address' },
          ),
        ),
      },
      schema.fields[2],
    ])
  })

  it('are masked, dropped, renamed and kept alone', () => {
    expect(transformed('MaskField$Value', { fields: 'address.street', ...v2 }, typed)?.value).toMatchObject({
      address: { street: '', zip: '1000' },
    })
    expect(transformed('ReplaceField$Value', { exclude: 'address.zip', ...v2 }, typed)?.value).toMatchObject({
      address: { street: 'Main' },
    })
    expect(
      transformed('ReplaceField$Value', { renames: 'address.zip:code', ...v2 }, typed)?.value,
    ).toMatchObject({
      address: { street: 'Main', code: '1000' },
    })
    expect(transformed('ReplaceField$Value', { include: 'address.zip', ...v2 }, typed)?.value).toEqual({
      address: { zip: '1000' },
    })
  })

  it('become headers, keys and other forms of time', () => {
    const headers = { fields: 'address.zip', headers: 'zip', operation: 'move', ...v2 }
    const moved = transformed('HeaderFrom$Value', headers, typed)
    expect(moved?.headers).toEqual([{ key: 'zip', value: '1000', schema: address.fields[1]!.schema }])
    expect(moved?.value).toMatchObject({ address: { street: 'Main' } })
    expect(transformed('ValueToKey', { fields: 'address.zip,id', ...v2 }, typed)).toMatchObject({
      key: { zip: '1000', id: 1 },
      keySchema: struct({ zip: address.fields[1]!.schema, id: { type: 'int32' } }),
    })
    const converted = transformed(
      'TimestampConverter$Value',
      { field: 'at.made', 'target.type': 'unix', ...v2 },
      typed,
    )
    expect(converted?.value).toMatchObject({ at: { made: 5n } })
  })

  it('are left alone where something above them is null or absent', () => {
    const without = { ...typed, value: { ...value, address: null } }
    expect(transformed('Cast$Value', { spec: 'address.zip:int32', ...v2 }, without)?.value).toEqual(
      without.value,
    )
    expect(transformed('Cast$Value', { spec: 'a.b:int32', ...v2 }, { value: { c: 1 } })?.value).toEqual({
      c: 1,
    })
    expect(transformed('Cast$Value', { spec: 'a.b:int32', ...v2 }, { value: { a: {} } })?.value).toEqual({
      a: { b: null },
    })
  })

  it('are refused where something above them has no fields', () => {
    expect(() => transformed('Cast$Value', { spec: 'id.x:int32', ...v2 }, typed)).toThrow(
      'Only named fields can be used',
    )
    expect(() => transformed('Cast$Value', { spec: 'a.b:int32', ...v2 }, { value: { a: 5 } })).toThrow(
      'Only named fields',
    )
  })

  it('cannot be edited beside the field that they are in', () => {
    expect(() => transformed('Cast$Value', { spec: 'a:string,a.b:int32', ...v2 }, typed)).toThrow(
      'The setting transforms.t.spec names a.b and a field above or below it',
    )
    expect(() => transformed('Cast$Value', { spec: 'a.b:int32,a:string', ...v2 }, typed)).toThrow(
      'a field above or below it',
    )
  })
})

describe('the default of a struct', () => {
  const fallback = { a: 1, b: '2' }
  const inner = struct({ a: { type: 'int32' }, b: { type: 'string' } }, { optional: true, default: fallback })

  it('is cast with its fields, and kept', () => {
    const made = transformed(
      'Cast$Value',
      { spec: 'a:string' },
      { value: { a: 5, b: 'x' }, valueSchema: inner },
    )
    expect(made?.valueSchema).toMatchObject({ optional: true, default: { a: '1', b: '2' } })
  })

  it('goes where fields go', () => {
    const made = transformed(
      'ReplaceField$Value',
      { exclude: 'a' },
      { value: { a: 5, b: 'x' }, valueSchema: inner },
    )
    expect(made?.valueSchema).toEqual(struct({ b: { type: 'string' } }))
  })

  it('gives the fields that are lifted out of it their defaults', () => {
    const made = transformed('Flatten$Value', {}, { value: { in: null }, valueSchema: struct({ in: inner }) })
    expect(made).toMatchObject({
      value: { 'in.a': 1, 'in.b': '2' },
      valueSchema: struct({
        'in.a': { type: 'int32', optional: true, default: 1 },
        'in.b': { type: 'string', optional: true, default: '2' },
      }),
    })
  })

  it('is left alone by a mask', () => {
    const made = transformed(
      'MaskField$Value',
      { fields: 'a' },
      { value: { a: 5, b: 'x' }, valueSchema: inner },
    )
    expect(made?.valueSchema).toBe(inner)
  })
})

describe('the new schema', () => {
  it('is made once for each old one', () => {
    const chain = openTransform('Cast$Value', { spec: 'id:string' })
    const made = [1, 2].map((id) => chain.apply({ topic: 't', value: { ...value, id }, valueSchema: schema }))
    expect(made[0]!.valueSchema).not.toBe(schema)
    expect(made[1]!.valueSchema).toBe(made[0]!.valueSchema)
  })

  it('cannot have two fields of one name', () => {
    const renames = { renames: 'id:address' }
    expect(() => transformed('ReplaceField$Value', renames, typed)).toThrow('two fields named address')
  })
})
