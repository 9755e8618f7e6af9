import { type ConverterDefinition, defineConverter, RecordError } from '@sluice/template'

/** Bytes as they are, in both directions. */
export const byteArrayConverter: ConverterDefinition = defineConverter({
  name: 'org.apache.kafka.connect.converters.ByteArrayConverter',
  aliases: ['ByteArrayConverter', 'ByteArray', 'bytes'],
  version: '0.1.0',
  doc: 'Passes bytes as they are.',
  config: {},
  open: () => ({
    toBytes: (_target, { value }) => {
      if (value === null || value === undefined) return null
      if (value instanceof Uint8Array) return value
      throw new RecordError(`ByteArrayConverter takes bytes only, not a ${typeof value}.`)
    },
    fromBytes: (_target, bytes) => ({ schema: { type: 'bytes', optional: true }, value: bytes }),
  }),
})
