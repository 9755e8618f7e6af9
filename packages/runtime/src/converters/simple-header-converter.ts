import { isUtf8 } from 'node:buffer'
import {
  type ConverterDefinition,
  defineConverter,
  RecordError,
  type SchemaAndValue,
  shownValue,
} from '@sluice/template'
import { parseLiteral } from '../transforms/java/literal.ts'
import { literalText } from '../transforms/java/literal-text.ts'

/**
 * Header values as text. Read back they are what they look like: null, booleans, numbers in the smallest type that holds them, dates, lists and maps,
 * otherwise texts. Bytes that are no UTF-8 stay bytes. Source: org.apache.kafka.connect.storage.SimpleHeaderConverter.
 */
export const simpleHeaderConverter: ConverterDefinition = defineConverter({
  name: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  aliases: ['SimpleHeaderConverter', 'Simple'],
  version: '0.1.0',
  doc: 'Writes header values as text and guesses their type when reading.',
  config: {},
  open: () => ({
    toBytes: ({ header }, data) =>
      data.value === null || data.value === undefined ? null : Buffer.from(textOf(header, data)),
    fromBytes: (_target, bytes) => (bytes === null ? { value: null } : read(bytes)),
  }),
})

function read(bytes: Uint8Array): SchemaAndValue {
  // as mended text it would be another value, and refusing the record would stop a task for what another program wrote
  if (!isUtf8(bytes)) return { schema: { type: 'bytes' }, value: bytes }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return parseLiteral(text, { exact: true })
}

function textOf(header: string | undefined, data: SchemaAndValue): string {
  try {
    return literalText(data)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RecordError(`The header ${header}, ${shownValue(data.value)}, has no text: ${reason}`, {
      cause,
    })
  }
}
