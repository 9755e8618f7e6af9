import { readFileSync } from 'node:fs'
import { parseConfig, type SchemaAndValue } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { openEnvelope } from '../transforms/testing/golden-case.ts'
import { simpleHeaderConverter } from './simple-header-converter.ts'

const envelope = openEnvelope()
const { config } = parseConfig(simpleHeaderConverter.config, new Map())
const converter = simpleHeaderConverter.open({ config: config!, role: 'header', log: memoryLogger() })
const target = { topic: 't', header: 'h' }

/** What scripts/golden-converters.ts wrote. */
const lines = readFileSync(new URL('golden/header-golden.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as ['from' | 'to', string, string])
const read = lines
  .filter(([way]) => way === 'from')
  .map(([, hex, expected]) => [textOf(hex), expected] as const)
const written = lines.filter(([way]) => way === 'to').map(([, data, expected]) => [data, expected] as const)

/** Where ours differs, and what it is: a fraction that a float cuts is of a type that holds it. */
const exact: Readonly<Record<string, string>> = {
  '3.14159265358979': '{"schema":{"type":"double","optional":false},"payload":3.14159265358979}',
  '0.30000000000000004': '{"schema":{"type":"double","optional":false},"payload":0.30000000000000004}',
  '1e-400':
    '{"schema":{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"400"},"optional":false},"payload":"AQ=="}',
  '16777217.5': '{"schema":{"type":"double","optional":false},"payload":1.67772175E7}',
}

/** Of these the JVM reads the beginning and drops the rest; ours are the whole texts. */
const kept = ['1,2', '1,5', '14:34', '14:34:54Z', '1:2', '1]', '[1] rest', '[1]rest', '{"a":1}}']

/** A schema that no converter can read, of members that have no common type. */
const unreadable = /^UNREADABLE$|"(?:items|values)":null/

function textOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString()
}

function envelopeOf(data: SchemaAndValue): string {
  const bytes = envelope.toBytes(target, data) as Uint8Array | null
  return bytes === null ? '<null>' : Buffer.from(bytes).toString()
}

/** JSON whatever the order of its members: that of a Java map says nothing. */
function members(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text
}

describe('headers as the JVM has them', () => {
  it.each(kept)('%j is read as a whole', (text) => {
    const there = read.find(([each]) => each === text)?.[1]
    const ours = { schema: { type: 'string' }, value: text } as const
    expect(there).not.toBe(envelopeOf(ours))
    expect(converter.fromBytes(target, Buffer.from(text))).toEqual(ours)
  })

  it.each([' [INFO] started', '12:34', '2019-08-23 14:34 and more', '5, 6', '"a" b'])(
    '%j loses nothing',
    (text) => {
      expect(converter.fromBytes(target, Buffer.from(text))).toMatchObject({ value: text })
    },
  )

  it('long ones come to an end', () => {
    const text = `[${'1,'.repeat(100_000)}1]`
    expect(converter.fromBytes(target, Buffer.from(text))).toMatchObject({ schema: { type: 'array' } })
  })

  it.each(read.filter(([text]) => !kept.includes(text)))('%j is read as there', (text, expected) => {
    const data = converter.fromBytes(target, Buffer.from(text)) as SchemaAndValue
    if (unreadable.test(expected)) expect(data.schema).toBeUndefined()
    else expect(members(envelopeOf(data))).toEqual(members(exact[text] ?? expected))
  })

  it.each(Object.entries(exact))('%j is read otherwise than there', (text, ours) => {
    expect(read.find(([each]) => each === text)?.[1]).not.toBe(ours)
  })

  it.each(written)('%s is written as there', (data, expected) => {
    const value = envelope.fromBytes(target, Buffer.from(data)) as SchemaAndValue
    const bytes = converter.toBytes(target, data === '<null>' ? { value: null } : value) as Uint8Array | null
    expect(bytes === null ? '<null>' : Buffer.from(bytes).toString()).toBe(
      expected === '<null>' ? expected : textOf(expected),
    )
  })
})
