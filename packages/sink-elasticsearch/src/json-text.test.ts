import { date, decimal, optional, type RecordSchema, struct, timestamp } from '@sluice/template'
import fc from 'fast-check'
import { jsonWriters } from './json-text.ts'

const compact = jsonWriters({ compactMapEntries: true })
const spread = jsonWriters({ compactMapEntries: false })
const text: RecordSchema = { type: 'string' }

describe('jsonWriters with a schema', () => {
  it('writes every digit of integers and decimals', () => {
    const schema = struct({ a: { type: 'int64' }, b: decimal(2), c: decimal(0) })
    expect(compact(schema)({ a: 9007199254740993n, b: '-12345678901234567890.10', c: '5' })).toBe(
      '{"a":9007199254740993,"b":-12345678901234567890.10,"c":5}',
    )
  })

  it('writes dates as the numbers that Kafka Connect stores', () => {
    const schema = struct({ d: date(), t: timestamp() })
    expect(compact(schema)({ d: 19000, t: new Date(1_700_000_000_123) })).toBe(
      '{"d":19000,"t":1700000000123}',
    )
  })

  it('writes bytes in base64', () => {
    expect(compact({ type: 'bytes' })(new Uint8Array([1, 2, 255]))).toBe('"AQL/"')
  })

  it('writes maps as objects or as entries', () => {
    const byText: RecordSchema = { type: 'map', keys: text, values: { type: 'int32' } }
    const byNumber: RecordSchema = { type: 'map', keys: { type: 'int32' }, values: text }
    expect(compact(byText)(new Map([['a', 1]]))).toBe('{"a":1}')
    expect(compact(byText)({ a: 1 })).toBe('{"a":1}')
    expect(spread(byText)(new Map([['a', 1]]))).toBe('[{"key":"a","value":1}]')
    expect(compact(byNumber)(new Map([[1, 'a']]))).toBe('[{"key":1,"value":"a"}]')
  })

  it('takes the default for what is missing, then null, and refuses it else', () => {
    expect(compact(struct({ a: { ...text, default: 'x' } }))({})).toBe('{"a":"x"}')
    expect(compact(struct({ a: optional(text) }))({ a: null })).toBe('{"a":null}')
    expect(() => compact(struct({ a: text }))({ a: null })).toThrow('required type string is null')
  })

  it('refuses a Decimal that is no number', () => {
    expect(() => compact(decimal(1))('NaN')).toThrow('no Decimal')
  })
})

describe('jsonWriters without a schema', () => {
  it('writes what JSON.stringify would, and exactly', () => {
    const value = { a: [1, 'x"', null, true], b: { c: 1.5 }, n: 2n ** 60n, u: undefined }
    expect(compact(undefined)(value)).toBe(
      '{"a":[1,"x\\"",null,true],"b":{"c":1.5},"n":1152921504606846976,"u":null}',
    )
  })

  it('writes any names and texts as JSON.stringify does', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('\ud800', '__proto__'),
    )
    const object = fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText, { maxLength: 2 })), {
      maxKeys: 4,
    })
    const write = jsonWriters({ compactMapEntries: true })(undefined)
    fc.assert(fc.property(object, (value) => expect(write(value)).toBe(JSON.stringify(value))))
  })

  it('writes dates, bytes and maps', () => {
    const value = { d: new Date(5), b: new Uint8Array([0]), m: new Map([['k', 1]]) }
    expect(compact(undefined)(value)).toBe('{"d":5,"b":"AA==","m":{"k":1}}')
    expect(spread(undefined)({ m: new Map([['k', 1]]) })).toBe('{"m":[{"key":"k","value":1}]}')
  })
})
