import {
  type ConverterDefinition,
  defineConverter,
  type PrimitiveSchema,
  RecordError,
  type RecordSchema,
  shownValue,
} from '@sluice/template'

interface Primitive {
  readonly schema: PrimitiveSchema
  readonly size: number
  /** Is the value one of the type? */
  readonly fits: (value: unknown) => boolean
  readonly write: (bytes: Buffer, value: never) => void
  /** Throws a RecordError for bytes of the right number that are no value. */
  readonly read: (bytes: Buffer) => unknown
}

const primitives: Readonly<Record<string, Primitive>> = {
  Short: {
    schema: { type: 'int16', optional: true },
    size: 2,
    fits: (value) => isWhole(value, 2 ** 15),
    write: (bytes, value) => bytes.writeInt16BE(Number(value)),
    read: (bytes) => bytes.readInt16BE(),
  },
  Integer: {
    schema: { type: 'int32', optional: true },
    size: 4,
    fits: (value) => isWhole(value, 2 ** 31),
    write: (bytes, value) => bytes.writeInt32BE(Number(value)),
    read: (bytes) => bytes.readInt32BE(),
  },
  Long: {
    schema: { type: 'int64', optional: true },
    size: 8,
    fits: (value) => isWhole(value, 2 ** 63),
    write: (bytes, value) => bytes.writeBigInt64BE(BigInt(value)),
    read: (bytes) => bytes.readBigInt64BE(),
  },
  Float: {
    schema: { type: 'float32', optional: true },
    size: 4,
    fits: (value) => typeof value === 'number',
    write: (bytes, value) => bytes.writeFloatBE(value),
    read: (bytes) => bytes.readFloatBE(),
  },
  Double: {
    schema: { type: 'float64', optional: true },
    size: 8,
    fits: (value) => typeof value === 'number',
    write: (bytes, value) => bytes.writeDoubleBE(value),
    read: (bytes) => bytes.readDoubleBE(),
  },
  Boolean: {
    schema: { type: 'boolean', optional: true },
    size: 1,
    fits: (value) => typeof value === 'boolean',
    write: (bytes, value) => bytes.writeUInt8(value ? 1 : 0),
    read: (bytes) => {
      if (bytes[0]! > 1) throw new RecordError(`The byte ${bytes[0]} is no boolean: it is neither 0 nor 1.`)
      return bytes[0] === 1
    },
  },
}

/** Numbers and booleans as their bytes, big-endian: the classes of org.apache.kafka.connect.converters. */
export const primitiveConverters: readonly ConverterDefinition[] = Object.entries(primitives).map(
  ([name, primitive]) => define(name, primitive),
)

function define(name: string, { schema, size, fits, write, read }: Primitive): ConverterDefinition {
  const { type } = schema
  return defineConverter({
    name: `org.apache.kafka.connect.converters.${name}Converter`,
    aliases: [`${name}Converter`, name],
    version: '0.1.0',
    doc: `Converts between values of the type ${type} and their ${size === 1 ? 'byte' : `${size} bytes`}.`,
    config: {},
    open: () => ({
      toBytes: (_target, data) => {
        const { value } = data
        const isNull = value === null || value === undefined
        // as in the JVM, where the converter of booleans looks at the schema first and those of numbers at the value
        if (data.schema && (!isNull || type === 'boolean') && !isOf(data.schema, type)) {
          throw new RecordError(
            `${name}Converter takes values of the type ${type}, not ${shownType(data.schema)}.`,
          )
        }
        if (isNull) return null
        if (!fits(value))
          throw new RecordError(
            `${name}Converter takes values of the type ${type}, not ${shownValue(value)}.`,
          )
        const bytes = Buffer.alloc(size)
        write(bytes, value as never)
        return bytes
      },
      fromBytes: (_target, bytes) => {
        if (bytes === null) return { schema, value: null }
        if (bytes.length !== size) {
          throw new RecordError(`${name}Converter reads ${size} bytes, and these are ${bytes.length}.`)
        }
        return { schema, value: read(Buffer.from(bytes.buffer, bytes.byteOffset, size)) }
      },
    }),
  })
}

/** Logical types have values of their own. */
function isOf(schema: RecordSchema, type: string): boolean {
  return schema.type === type && !schema.name?.startsWith('org.apache.kafka.connect.data.')
}

function shownType(schema: RecordSchema): string {
  return schema.name ?? schema.type
}

function isWhole(value: unknown, bound: number): boolean {
  if (typeof value === 'bigint') return value >= -BigInt(bound) && value < BigInt(bound)
  return Number.isSafeInteger(value) && (value as number) >= -bound && (value as number) < bound
}
