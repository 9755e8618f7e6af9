import { readFileSync } from 'node:fs'
import { parseConfig, type RecordSchema } from '@sluice/template'
import { ByteWriter } from '../byte-writer.ts'
import { fromEnvelope, toEnvelope } from '../testing/json-envelope.ts'
import { isAnything } from './anything.ts'
import { avroFields, type AvroDataConfig } from './avro-fields.ts'
import { AvroReader } from './avro-reader.ts'
import { compileRead, readAnything } from './compile-read.ts'
import { compileWrite } from './compile-write.ts'
import { fromConnect } from './from-connect.ts'
import { parseAvro } from './parse-avro.ts'
import { printAvro } from './print-avro.ts'
import { toConnect } from './to-connect.ts'
import { writeAnything } from './write-anything.ts'

interface Golden {
  readonly label: string
  readonly config: AvroDataConfig
  readonly given: string
  readonly avro: string
  readonly bytes: string
  readonly back: string
}

const lines = readFileSync(new URL('golden/avro-golden.tsv', import.meta.url), 'utf8')
const golden: readonly Golden[] = lines
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [label, meta, enhanced, given, avro, bytes, back] = line.split('\t')
    const config = configOf({ 'connect.meta.data': meta!, 'enhanced.avro.schema.support': enhanced! })
    return {
      label: `${label}, meta data ${meta}, enhanced ${enhanced}`,
      config,
      given: given!,
      avro: avro!,
      bytes: bytes!,
      back: back!,
    }
  })

function configOf(settings: Record<string, string>): AvroDataConfig {
  const given = new Map(Object.entries({ 'schema.registry.url': 'http://localhost', ...settings }))
  return parseConfig(avroFields, given).config!
}

function written(schema: RecordSchema, value: unknown, config: AvroDataConfig): string {
  const out = new ByteWriter()
  compileWrite({ schema, type: fromConnect(schema, config), path: '' }, config)(out, value)
  return out.take().toString('hex')
}

const envelopes = golden.filter(({ given, avro }) => given !== '' && !avro.startsWith('ERR'))
const schemaless = golden.filter(({ label }) => label.startsWith('schemaless'))
const reads = golden.filter(({ label }) => label.startsWith('read '))

describe('the schema of a value', () => {
  it.each(envelopes.map((one) => [one.label, one] as const))('is in Avro as the JVM has it: %s', (_, one) => {
    expect(printAvro(fromConnect(fromEnvelope(one.given).schema, one.config))).toBe(one.avro)
  })
})

describe('the bytes of a value', () => {
  it.each(envelopes.map((one) => [one.label, one] as const))(
    'are those of the JVM: %s',
    (_, { given, config, bytes }) => {
      const { schema, value } = fromEnvelope(given)
      expect(written(schema!, value, config)).toBe(bytes)
    },
  )

  it.each(envelopes.map((one) => [one.label, one] as const))(
    'are read as the JVM reads them: %s',
    (_, one) => {
      const type = parseAvro(one.avro)
      const schema = toConnect(type, one.config)
      const value = compileRead(type, schema)(new AvroReader(Buffer.from(one.bytes, 'hex'), 0))
      expect(JSON.parse(toEnvelope({ schema, value }))).toEqual(JSON.parse(one.back))
    },
  )

  it.each(schemaless.map((one) => [one.label, one] as const))(
    'are those of the JVM without a schema: %s',
    (_, { avro, bytes }) => {
      expect(isAnything(parseAvro(avro))).toBe(true)
      const value = readAnything(new AvroReader(Buffer.from(bytes, 'hex'), 0))
      const out = new ByteWriter()
      writeAnything(out, value)
      expect(out.take().toString('hex')).toBe(bytes)
    },
  )
})

describe('a schema that Avro brings', () => {
  it.each(reads.map((one) => [one.label, one] as const))(
    'is in Connect as the JVM has it: %s',
    (_, { avro, config, back }) => {
      if (back.startsWith('ERR')) return expect(() => toConnect(parseAvro(avro), config)).toThrow()
      const schema = toConnect(parseAvro(avro), config)
      const envelope = toEnvelope({ schema: { ...schema, optional: true }, value: null })
      const { schema: shown } = JSON.parse(envelope) as { schema: { optional: boolean } }
      expect({ ...shown, optional: schema.optional ?? false }).toEqual(JSON.parse(back))
    },
  )
})
