import { decimal, optional, RecordError, type RecordSchema, struct, timestamp } from '@sluice/template'
import { type RecordSketch, sinkBatch, sinkRecord } from '@sluice/testkit'
import { type Format, jsonFormat, stringFormat } from './format.ts'

function lineOf(format: Format, sketch: RecordSketch, json?: Uint8Array | null): string {
  const record = sinkRecord(sketch)
  return Buffer.from(
    format.line(
      sinkBatch([record], () => json),
      0,
      record,
    ),
  ).toString()
}

const numeric = jsonFormat('NUMERIC')
const int64: RecordSchema = { type: 'int64' }

describe('a line of JSON', () => {
  it('is what came from Kafka where that is vouched for', () => {
    expect(lineOf(numeric, { value: { a: 1 } }, Buffer.from('{ "a": 1.0 }'))).toBe('{ "a": 1.0 }')
  })

  it('is null for a null value', () => {
    expect(lineOf(numeric, { value: null }, null)).toBe('null')
    expect(lineOf(numeric, { value: null })).toBe('null')
  })

  it('keeps integers and decimals exact', () => {
    const valueSchema = struct({ big: int64, price: decimal(2), none: optional(int64) })
    const value = { big: 9007199254740993n, price: '12345678901234567890.10' }
    expect(lineOf(numeric, { value, valueSchema })).toBe(
      '{"big":9007199254740993,"price":12345678901234567890.10,"none":null}',
    )
  })

  it.each([
    ['0.00', 'AA=='],
    ['1.28', 'AIA='],
    ['-1.28', 'gA=='],
    ['-2.56', '/wA='],
  ])("has the decimal %s in the JVM's base64 where that is asked for", (price, base64) => {
    const sketch = { value: { price }, valueSchema: struct({ price: decimal(2) }) }
    expect(lineOf(jsonFormat('BASE64'), sketch)).toBe(`{"price":"${base64}"}`)
  })

  it("shows bytes, times and maps as Kafka's JsonConverter does", () => {
    const value = {
      b: new Uint8Array([1, 2]),
      t: new Date(5),
      m: new Map([[1, 'x']]),
      s: new Map([['k', 2]]),
    }
    const valueSchema = struct({
      b: { type: 'bytes' },
      t: timestamp(),
      m: { type: 'map', keys: { type: 'int32' }, values: { type: 'string' } },
      s: { type: 'map', keys: { type: 'string' }, values: { type: 'int32' } },
    })
    expect(lineOf(numeric, { value, valueSchema })).toBe('{"b":"AQI=","t":5,"m":[[1,"x"]],"s":{"k":2}}')
  })

  it('takes the default of a field that is missing', () => {
    const valueSchema = struct({ n: { type: 'int32', default: 7 } })
    expect(lineOf(numeric, { value: {}, valueSchema })).toBe('{"n":7}')
  })

  it('has no raw newline', () => {
    expect(lineOf(numeric, { value: 'two\nlines' })).toBe('"two\\nlines"')
  })
})

describe('a line of text', () => {
  it('is the text, and empty for null', () => {
    expect(lineOf(stringFormat, { value: 'abc' })).toBe('abc')
    expect(lineOf(stringFormat, { value: null })).toBe('')
  })

  it('is refused for anything else', () => {
    expect(() => lineOf(stringFormat, { value: 1 })).toThrow(RecordError)
  })
})
