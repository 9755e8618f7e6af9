import { type ConverterDefinition, defineConverter, RecordError, string } from '@sluice/template'
import { valueText } from './value-text.ts'

const fields = {
  encoding: string({
    name: 'converter.encoding',
    displayName: 'Encoding',
    importance: 'HIGH',
    width: 'MEDIUM',
    doc: 'Names the encoding of texts; UTF-8 is the one that is known.',
    default: 'UTF-8',
    validate: (name) => (/^utf-?8$/i.test(name) ? undefined : `must be UTF-8, not "${name}"`),
  }),
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Values as their text in UTF-8; bytes as strings. */
export const stringConverter: ConverterDefinition<typeof fields> = defineConverter({
  name: 'org.apache.kafka.connect.storage.StringConverter',
  aliases: ['StringConverter', 'String', 'string'],
  version: '0.1.0',
  doc: 'Converts between values and their text.',
  config: fields,
  open: () => ({
    toBytes: (_target, { value }) =>
      value === null || value === undefined ? null : Buffer.from(valueText(value)),
    fromBytes: (_target, bytes) => ({
      schema: { type: 'string', optional: true },
      value: bytes === null ? null : decode(bytes),
    }),
  }),
})

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new RecordError(`The ${bytes.length} bytes are no text in UTF-8.`, { cause })
  }
}
