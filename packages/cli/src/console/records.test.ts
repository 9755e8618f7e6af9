import type { FetchedRecord } from '@sluice/runtime'
import { recordReader } from './record-input.ts'
import { type OutputFormat, recordWriter } from './record-output.ts'

const plain = {
  topic: 't',
  json: false,
  keySeparator: undefined,
  key: undefined,
  partition: undefined,
  headers: [],
  nullText: undefined,
}
const read = (line: string | Buffer, how: Partial<Parameters<typeof recordReader>[0]> = {}) =>
  recordReader({ ...plain, ...how })(Buffer.from(line), 1)
const text = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes).toString() : bytes)

describe('a line as a record', () => {
  it('is a value, byte for byte', () => {
    const bytes = Buffer.from([0, 255, 13])
    expect(read(bytes)).toEqual({ topic: 't', headers: [], key: null, value: bytes })
  })

  it('has a key before the separator, the first one that there is', () => {
    const { key, value } = read('a::b::c', { keySeparator: '::' })
    expect([text(key), text(value)]).toEqual(['a', 'b::c'])
    expect(() => read('abc', { keySeparator: ':' })).toThrow('line 1 has no key: there is no ":" in it.')
  })

  it('has key, partition and headers that are given for all', () => {
    const headers = [{ key: 'h', value: Buffer.from('1') }]
    expect(read('v', { key: 'k', partition: 3, headers })).toMatchObject({ partition: 3, headers })
    expect(text(read('v', { key: 'k' }).key)).toBe('k')
  })

  it('has nulls where their text stands', () => {
    expect(read('NULL', { nullText: 'NULL' }).value).toBeNull()
    expect(read('k:NULL', { nullText: 'NULL', keySeparator: ':' })).toMatchObject({ value: null })
  })

  it('as JSON has everything, without rounding numbers', () => {
    const record = read(
      '{"key":{"id":9007199254740993},"value":[1.10],"headers":{"h":"x"},"partition":2,"timestamp":5}',
      { json: true },
    )
    expect(text(record.key)).toBe('{"id":9007199254740993}')
    expect(record).toMatchObject({ partition: 2, timestamp: 5 })
    expect(read('{"value":null}', { json: true })).toMatchObject({ key: null, value: null })
  })

  it.each([
    ['x', 'is no JSON'],
    ['[]', 'is no JSON object'],
    ['{"partition":"a"}', 'has a partition that is no number'],
    ['{"headers":1}', 'has headers that are no object'],
  ])('as JSON is refused: %s', (line, what) => {
    expect(() => read(line, { json: true })).toThrow(`line 1 ${what}`)
  })
})

const format: OutputFormat = {
  json: false,
  key: 'raw',
  value: 'raw',
  keys: false,
  keySeparator: '\t',
  headers: false,
  nullText: 'null',
  decoder: undefined,
}
const record = (more: Partial<FetchedRecord> = {}): FetchedRecord => ({
  offset: 7n,
  timestamp: 99,
  timestampType: 'CreateTime',
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: [{ key: 'h', value: Buffer.from('1') }],
  ...more,
})
const written = async (how: Partial<OutputFormat>, more: Partial<FetchedRecord> = {}): Promise<string> =>
  (await recordWriter({ ...format, ...how })(record(more), { topic: 't', partition: 0 })).toString()

describe('a record as a line', () => {
  it('is its value, or key and headers before it', async () => {
    expect(await written({})).toBe('v\n')
    expect(await written({ keys: true, headers: true })).toBe('h=1\tk\tv\n')
    expect(await written({ keys: true, nullText: '-' }, { key: null, value: null })).toBe('-\t-\n')
    expect(await written({ value: 'hex' })).toBe('76\n')
    expect(await written({ value: 'base64' })).toBe('dg==\n')
  })

  it('as JSON has everything', async () => {
    expect(await written({ json: true })).toBe(
      '{"topic":"t","partition":0,"offset":7,"timestamp":99,"key":"k","value":"v","headers":{"h":"1"}}\n',
    )
    const bytes = { key: null, value: Buffer.from([255]), headers: [] }
    expect(await written({ json: true }, bytes)).toBe(
      '{"topic":"t","partition":0,"offset":7,"timestamp":99,"key":null,"valueBase64":"/w=="}\n',
    )
  })

  it('as JSON has values as they stand', async () => {
    const value = Buffer.from('{"id":\n9007199254740993}')
    expect(await written({ json: true, value: 'json' }, { value })).toContain(
      '"value":{"id": 9007199254740993}',
    )
    await expect(written({ json: true, value: 'json' })).rejects.toThrow(
      'The record at offset 7 of t is no JSON',
    )
  })

  it.each([
    ['text', { key: Buffer.from('ä'), value: Buffer.from('1\n2'), headers: [] }],
    ['bytes', { key: Buffer.from([0, 255]), value: Buffer.from([1, 128]) }],
    ['nulls', { key: null, value: null }],
  ])('as JSON is read as the same record: %s', async (_, more) => {
    const line = await written({ json: true }, more)
    const back = read(line.trimEnd(), { json: true })
    const { key, value, headers } = record(more)
    expect(back).toMatchObject({ key, value, headers })
  })
})
