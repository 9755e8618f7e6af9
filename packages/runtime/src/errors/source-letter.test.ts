import {
  date,
  decimal,
  type RecordSchema,
  type SourceRecord,
  struct,
  time,
  timestamp,
} from '@sluice/template'
import { silentLogger } from '../telemetry/logger.ts'
import { openLetterJson, sourceLetter } from './source-letter.ts'

const json = openLetterJson(silentLogger)

function record(data: Partial<SourceRecord>): SourceRecord {
  return {
    origin: { partition: { table: 'x' }, offset: { id: 9007199254740993n } },
    topic: 't',
    value: null,
    ...data,
  }
}

function read(bytes: Uint8Array | null): { schema?: RecordSchema | undefined; value: unknown } {
  return json.fromBytes({ topic: 't' }, bytes) as never
}

function text(letter: ReturnType<typeof sourceLetter>, header: string): string | undefined {
  const found = letter.headers.find(({ key }) => key === header)
  return found && String(found.value)
}

describe("a source's dead letter", () => {
  it('is the record as JSON with its schema, and gives the very same record back', () => {
    const valueSchema = struct({
      id: { type: 'int64' },
      price: decimal(2),
      day: date(),
      at: timestamp(),
      clock: time(),
      ratio: { type: 'float64' },
      photo: { type: 'bytes', optional: true },
      name: { type: 'string', optional: true, default: 'none' },
      tags: { type: 'array', items: { type: 'string' } },
    })
    const value = {
      id: 9007199254740993n,
      price: '12.30',
      day: 3,
      at: new Date(5),
      clock: 7,
      ratio: Number.NaN,
      photo: Buffer.from([0, 255]),
      name: null,
      tags: ['a'],
    }
    const keySchema: RecordSchema = { type: 'int32' }
    const headers = [{ key: 'h', value: 5, schema: { type: 'int16' } }] as const
    const letter = sourceLetter(
      json,
      record({ key: 5, keySchema, value, valueSchema, headers, timestamp: 8 }),
    )
    expect(read(letter.key)).toEqual({ value: 5, schema: keySchema })
    expect(read(letter.value)).toEqual({ value, schema: valueSchema })
    expect(read(letter.headers[0]!.value)).toEqual({ value: 5, schema: { type: 'int16' } })
    expect(letter.timestamp).toBe(8)
    expect(text(letter, '__sluice.source.inexact')).toBeUndefined()
  })

  it('says in headers where it was to go, and where the source has it', () => {
    const letter = sourceLetter(json, record({}))
    expect(text(letter, '__sluice.source.topic')).toBe('t')
    expect(text(letter, '__sluice.source.partition')).toBe('{"table":"x"}')
    expect(text(letter, '__sluice.source.offset')).toBe('{"id":9007199254740993}')
    expect([letter.key, letter.value]).toEqual([null, null])
  })

  it('keeps bytes that have no schema as bytes', () => {
    expect(read(sourceLetter(json, record({ value: Buffer.from('x') })).value).value).toEqual(
      Buffer.from('x'),
    )
  })

  it('is JSON for people where the record is not as its schema says, and names the parts', () => {
    const letter = sourceLetter(
      json,
      record({ key: () => 1, value: { n: 'five' }, valueSchema: struct({ n: { type: 'int32' } }) }),
    )
    expect(String(letter.key)).toBe('{"schema":null,"payload":"(function)"}')
    expect(String(letter.value)).toBe('{"schema":null,"payload":{"n":"five"}}')
    expect(text(letter, '__sluice.source.inexact')).toBe('key,value')
  })
})
