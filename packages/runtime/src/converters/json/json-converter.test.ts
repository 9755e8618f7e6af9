import { readFileSync } from 'node:fs'
import {
  type Converter,
  date,
  decimal,
  optional,
  parseConfig,
  type RecordSchema,
  struct,
  time,
  timestamp,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { jsonConverter } from './json-converter.ts'

const target = { topic: 't' }

function open(settings: Record<string, string> = {}): Converter {
  const { config } = parseConfig(jsonConverter.config, new Map(Object.entries(settings)))
  return jsonConverter.open({ config: config!, role: 'value', log: memoryLogger() })
}

function written(converter: Converter, schema: RecordSchema | undefined, value: unknown): string {
  const bytes = converter.toBytes(target, { schema, value }) as Uint8Array | null
  return bytes === null ? '<null>' : Buffer.from(bytes).toString()
}

const inner = optional(
  struct({ x: { type: 'int8' } }, { name: 'Inner', version: 2, doc: 'd', parameters: { p: 'q', a: 'b' } }),
)
const row = struct(
  {
    i8: { type: 'int8' },
    i16: { type: 'int16', optional: true },
    i32: { type: 'int32', optional: true, default: 7 },
    i64: { type: 'int64' },
    f32: { type: 'float32' },
    f64: { type: 'float64' },
    b: { type: 'boolean' },
    s: { type: 'string' },
    by: { type: 'bytes' },
    dec: decimal(3, { optional: true }),
    date: date(),
    time: time(),
    ts: timestamp({ optional: true, doc: 'when' }),
    arr: { type: 'array', items: { type: 'int32', optional: true } },
    map: { type: 'map', keys: { type: 'string' }, values: { type: 'int64' }, optional: true },
    imap: { type: 'map', keys: { type: 'int32' }, values: { type: 'string' } },
    inner,
    none: inner,
    sd: { type: 'string', default: 'dflt' },
  },
  { name: 'com.acme.Row', version: 1, doc: 'a "doc"' },
)
const rowValue = {
  i8: -5,
  i16: null,
  i32: null,
  i64: 9007199254740993n,
  f32: Math.fround(1.1),
  f64: 0.1,
  b: true,
  s: 'a"\\/\b\f\n\r\t\u0000\u001f\u000b\u007fé€😀\u2028',
  by: Buffer.from([0, 1, 255]),
  dec: '-12.340',
  date: 19000,
  time: 3723004,
  ts: new Date(1700000000123),
  arr: [1, null, 3],
  map: { k: 1n, 'l"': 2n },
  imap: new Map([
    [1, 'a'],
    [2, 'b'],
  ]),
  inner: { x: 1 },
  none: null,
}

/** The same cases as in golden/JsonGolden.java, by their labels. */
const cases: Readonly<Record<string, readonly [RecordSchema | undefined, unknown]>> = {
  row: [row, rowValue],
  optnull: [{ type: 'string', optional: true }, null],
  reqnull: [{ type: 'string' }, null],
  defnull: [{ type: 'int32', default: 7 }, null],
  'schemaless-null': [undefined, null],
  'schemaless-str': [undefined, 'x'],
  'schemaless-int': [undefined, 5n],
  'schemaless-map': [undefined, { a: 1, b: null, c: [true, 2.5, 'z'], d: Buffer.from([1]) }],
  emptystruct: [struct({}), {}],
  optkeymap: [{ type: 'map', keys: { type: 'string', optional: true }, values: { type: 'int32' } }, { k: 1 }],
  'named-decimal-default': [decimal(2, { default: '1.25' }), '3.00'],
  arrdef: [{ type: 'array', items: { type: 'string' }, optional: true, default: ['q'] }, ['a']],
}

function caseOf(label: string): readonly [RecordSchema | undefined, unknown] | undefined {
  const [kind, text = ''] = label.split(':')
  if (kind === 'f64') return [{ type: 'float64' }, Number(text)]
  if (kind === 'f32') return [{ type: 'float32' }, Math.fround(Number(text))]
  if (kind === 'dec') return [decimal((text.split('.')[1] ?? '').length), text]
  return cases[label]
}

describe('the JSON converter', () => {
  const golden = readFileSync(new URL('golden/json-converter.tsv', import.meta.url), 'utf8')
  const lines = golden
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t') as [string, string, string, string])
    .filter(([label]) => caseOf(label))

  it.each(lines)('writes %s (%s, %s) byte for byte as the JVM does', (label, form, format, bytes) => {
    const converter = open({ 'schemas.enable': String(form === 'envelope'), 'decimal.format': format })
    const [schema, value] = caseOf(label)!
    if (bytes.startsWith('ERR')) expect(() => written(converter, schema, value)).toThrow('is null')
    else expect(written(converter, schema, value)).toBe(bytes)
  })

  it('reads back with the envelope what it wrote, schema included', () => {
    for (const format of ['BASE64', 'NUMERIC']) {
      const converter = open({ 'decimal.format': format })
      const bytes = converter.toBytes(target, { schema: row, value: rowValue }) as Uint8Array
      const back = converter.fromBytes(target, bytes)
      expect(back).toEqual({
        schema: row,
        value: {
          ...rowValue,
          i32: 7,
          sd: 'dflt',
          map: new Map([
            ['k', 1n],
            ['l"', 2n],
          ]),
        },
      })
    }
  })

  it.each(['BASE64', 'NUMERIC'])('reads back whatever it wrote (decimals %s)', (format) => {
    const converter = open({ 'decimal.format': format, 'replace.null.with.default': 'false' })
    const kinds: readonly (readonly [RecordSchema, fc.Arbitrary<unknown>])[] = [
      [{ type: 'int16' }, fc.integer({ min: -32768, max: 32767 })],
      [{ type: 'int64' }, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
      [{ type: 'float32' }, fc.float()],
      [{ type: 'float64' }, fc.double()],
      [{ type: 'boolean' }, fc.boolean()],
      [{ type: 'string' }, fc.string({ unit: 'grapheme' })],
      [{ type: 'bytes' }, fc.uint8Array().map((bytes) => Buffer.from(bytes))],
      [decimal(3), fc.tuple(fc.bigInt(), fc.nat(999)).map(([a, b]) => `${a}.${String(b).padStart(3, '0')}`)],
      [timestamp(), fc.date({ noInvalidDate: true })],
      [{ type: 'array', items: optional(decimal(0)) }, fc.array(fc.option(fc.bigInt().map(String)))],
      [
        { type: 'map', keys: { type: 'string' }, values: date() },
        fc.array(fc.tuple(fc.string(), fc.integer())).map((pairs) => new Map(pairs)),
      ],
      [
        { type: 'map', keys: { type: 'int32' }, values: inner },
        fc.array(fc.tuple(fc.integer(), fc.constantFrom(null, { x: 1 }))).map((pairs) => new Map(pairs)),
      ],
    ]
    const field = fc
      .constantFrom(...kinds)
      .chain(([schema, value]) => fc.tuple(fc.constant(optional(schema)), fc.option(value)))
    fc.assert(
      fc.property(fc.array(field, { maxLength: 6 }), (fields) => {
        const schema = struct(Object.fromEntries(fields.map(([one], i) => [`f${i}`, one])))
        const value = Object.fromEntries(fields.map(([, one], i) => [`f${i}`, one]))
        const bytes = converter.toBytes(target, { schema, value }) as Uint8Array
        expect(converter.fromBytes(target, bytes)).toEqual({ schema, value })
      }),
    )
  })

  it('reads documents that begin alike as if each were the first', () => {
    const schema =
      '{"type":"struct","fields":[{"type":"string","optional":false,"field":"a"}],"optional":false}'
    const document = (payload: string): Buffer => Buffer.from(`{"schema":${schema},"payload":${payload}}`)
    const texts = [
      '{"a":"1"}',
      '{"a":"},\\"payload\\":{"}',
      '{"a":"3"} ',
      '{"a":"4"},"more":1',
      '{"a":5}',
      '{"a":"6"}',
    ]
    const outcome = (converter: Converter, bytes: Buffer): unknown => {
      try {
        return converter.fromBytes(target, bytes)
      } catch (error) {
        return String(error)
      }
    }
    const one = open()
    for (const bytes of texts.map(document)) expect(outcome(one, bytes)).toEqual(outcome(open(), bytes))
    expect(outcome(one, document('{"a":"},\\"payload\\":{"}'))).toMatchObject({
      value: { a: '},"payload":{' },
    })
  })

  it('keeps nulls that have a default when told to', () => {
    const schema = struct({ a: { type: 'int32', optional: true, default: 7 } })
    const keeping = open({ 'schemas.enable': 'false', 'replace.null.with.default': 'false' })
    expect(written(keeping, schema, { a: null })).toBe('{"a":null}')
    expect(written(open({ 'schemas.enable': 'false' }), schema, { a: null })).toBe('{"a":7}')
  })

  it('leaves no integer rounded, wherever in the document it begins', () => {
    const converter = open({ 'schemas.enable': 'false' })
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.bigInt({ min: 2n ** 53n }),
        (before, long) => {
          const value = { before, long, after: 1 }
          expect(converter.fromBytes(target, converter.toBytes(target, { value }) as Uint8Array)).toEqual({
            value,
          })
        },
      ),
      { numRuns: 300 },
    )
  })

  it('leaves no integer rounded without schemas', () => {
    const converter = open({ 'schemas.enable': 'false' })
    const bytes = Buffer.from('{"id":9007199254740993,"n":-9223372036854775808,"small":12,"f":1.5}')
    const read = converter.fromBytes(target, bytes)
    expect(read).toEqual({ value: { id: 9007199254740993n, n: -9223372036854775808n, small: 12, f: 1.5 } })
    expect(written(converter, undefined, (read as { value: unknown }).value)).toBe(bytes.toString())
  })

  it('passes tombstones in both directions', () => {
    for (const form of ['true', 'false']) {
      const converter = open({ 'schemas.enable': form })
      expect(converter.toBytes(target, { value: null })).toBeNull()
      expect(converter.fromBytes(target, null)).toEqual({ value: null })
    }
  })

  it.each([
    ['half a document', Buffer.from('{"a":')],
    ['two documents', Buffer.from('{} {}')],
    ['nothing', Buffer.from('')],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', Buffer.from('\ufeff{}')],
  ])('refuses %s as a record error', (_what, bytes) => {
    const converter = open({ 'schemas.enable': 'false' })
    expect(() => converter.fromBytes(target, bytes)).toThrow(expect.objectContaining({ name: 'RecordError' }))
  })

  it('says how to read plain JSON when there is no envelope', () => {
    expect(() => open().fromBytes(target, Buffer.from('{"a":1}'))).toThrow('schemas.enable=false')
  })

  it('names the field that does not fit its schema', () => {
    const schema = struct({ address: struct({ zip: { type: 'int32' } }) })
    const converter = open({ 'schemas.enable': 'false' })
    expect(() => written(converter, schema, { address: { zip: 'x' } })).toThrow('The field address.zip')
    expect(() => written(converter, schema, { address: { zip: 2 ** 31 } })).toThrow('int32')
    expect(() => written(converter, schema, { address: {} })).toThrow('The field address.zip is null')
  })

  it('vouches for its bytes only without an envelope', () => {
    expect(open({ 'schemas.enable': 'false' }).bytesAreJson).toBe(true)
    expect(open().bytesAreJson).not.toBe(true)
  })
})
