import { withTimestamp } from './timestamp.ts'

describe('withTimestamp', () => {
  it('puts the record’s timestamp first and leaves the rest as it is', () => {
    expect(withTimestamp('{"a":1.10}', [], 5)).toBe('{"@timestamp":5,"a":1.10}')
    expect(withTimestamp(' { } ', [], 5)).toBe('{"@timestamp":5} ')
  })

  it('takes the first field that is there, as text', () => {
    expect(withTimestamp('{"b":7,"c":8}', ['a', 'b', 'c'], 5)).toBe('{"@timestamp":"7","b":7,"c":8}')
  })

  it('leaves a document without any of the fields alone', () => {
    expect(withTimestamp('{"x":1}', ['a'], 5)).toBe('{"x":1}')
  })

  it('replaces what the document says, without losing a digit elsewhere', () => {
    expect(withTimestamp('{"n":9007199254740993,"d":1.10,"@timestamp":1}', [], 5)).toBe(
      '{"n":9007199254740993,"d":1.10,"@timestamp":5}',
    )
  })

  it('is not misled by the name inside a text', () => {
    expect(withTimestamp('{"t":"\\"@timestamp\\""}', [], 5)).toBe('{"@timestamp":5,"t":"\\"@timestamp\\""}')
  })

  it('refuses a field that is an object', () => {
    expect(() => withTimestamp('{"a":{}}', ['a'], 5)).toThrow('no point in time')
  })
})
