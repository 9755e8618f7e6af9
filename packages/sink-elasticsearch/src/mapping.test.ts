import { date, decimal, type RecordSchema, struct, time, timestamp } from '@sluice/template'
import { mappingOf } from './mapping.ts'

describe('mappingOf', () => {
  it.each([
    ['boolean', 'boolean'],
    ['int8', 'byte'],
    ['int16', 'short'],
    ['int32', 'integer'],
    ['int64', 'long'],
    ['float32', 'float'],
    ['float64', 'double'],
    ['bytes', 'binary'],
  ] as const)('maps %s to %s', (type, expected) => {
    expect(mappingOf({ type }, true)).toEqual({ type: expected })
  })

  it('gives text a keyword, and logical types their own', () => {
    expect(mappingOf({ type: 'string' }, true)).toEqual({
      type: 'text',
      fields: { keyword: { type: 'keyword', ignore_above: 256 } },
    })
    expect([date(), time(), timestamp(), decimal(2)].map((schema) => mappingOf(schema, true))).toEqual([
      { type: 'date' },
      { type: 'date' },
      { type: 'date' },
      { type: 'double' },
    ])
  })

  it('maps structs by field, arrays by item and maps by how they are written', () => {
    const map: RecordSchema = { type: 'map', keys: { type: 'string' }, values: { type: 'int32' } }
    const schema = struct({ list: { type: 'array', items: { type: 'int64' } }, map })
    expect(mappingOf(schema, true)).toEqual({
      properties: { list: { type: 'long' }, map: { type: 'object' } },
    })
    expect(mappingOf(map, false)).toMatchObject({ properties: { value: { type: 'integer' } } })
  })

  it('makes a default the null_value', () => {
    expect(mappingOf({ type: 'int32', default: 4 }, true)).toEqual({ type: 'integer', null_value: 4 })
  })
})
