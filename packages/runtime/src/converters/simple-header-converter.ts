import { type ConverterDefinition, defineConverter, RecordError, type SchemaAndValue } from '@sluice/template'
import { valueText } from './value-text.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Header values as text. Read back, `true`, `false`, `null` and numbers are what they look like, anything else is a text
 * (Kafka Connect guesses arrays, maps and dates too; we don't).
 */
export const simpleHeaderConverter: ConverterDefinition = defineConverter({
  name: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  aliases: ['SimpleHeaderConverter', 'Simple'],
  version: '0.1.0',
  doc: 'Writes header values as text and guesses their type when reading.',
  config: {},
  open: () => ({
    toBytes: (_target, { value }) =>
      value === null || value === undefined ? null : Buffer.from(valueText(value)),
    fromBytes: (_target, bytes) => (bytes === null ? { value: null } : guess(decode(bytes))),
  }),
})

function guess(text: string): SchemaAndValue {
  if (text === 'null') return { value: null }
  if (text === 'true' || text === 'false') return { schema: { type: 'boolean' }, value: text === 'true' }
  if (/^-?(0|[1-9]\d*)$/.test(text)) {
    const value = BigInt(text)
    if (BigInt.asIntN(32, value) === value) return { schema: { type: 'int32' }, value: Number(value) }
    if (BigInt.asIntN(64, value) === value) return { schema: { type: 'int64' }, value }
  }
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text)
    // Only where nothing is lost: a longer fraction than a double has stays the text that it is.
    if (Number.isFinite(value) && (String(value) === text || text.replace(/\D/g, '').length <= 15)) {
      return { schema: { type: 'float64' }, value }
    }
  }
  return { schema: { type: 'string' }, value: text }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new RecordError(`The header's ${bytes.length} bytes are no text in UTF-8.`, { cause })
  }
}
