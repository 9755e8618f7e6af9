import { logical, RecordError, type RecordSchema } from '@sluice/template'
import * as names from './names.ts'
import type { ProtobufDataConfig } from './protobuf-fields.ts'

export interface DataType {
  readonly type: string
  /** The file that declares it. */
  readonly file?: string | undefined
  /** Parameters of the field's `confluent.field_meta`. */
  readonly meta: readonly (readonly [string, string])[]
}

/** Protobuf's type of a value that is no message of the schema's own, as Confluent's converter chooses it. */
export function dataTypeOf(
  schema: RecordSchema,
  { wrapperForNullables }: Pick<ProtobufDataConfig, 'wrapperForNullables'>,
): DataType {
  const special = logicalType(schema)
  if (special) return special
  const scalar = scalarOf(schema)
  const meta: DataType['meta'] =
    schema.type === 'int8' || schema.type === 'int16' ? [[names.connectType, schema.type]] : []
  if (!wrapperForNullables || !schema.optional) return { type: scalar, meta }
  return { type: wrapperOf(schema, scalar), file: 'google/protobuf/wrappers.proto', meta }
}

function logicalType(schema: RecordSchema): DataType | undefined {
  switch (schema.name) {
    case logical.decimal: {
      const precision = schema.parameters?.[names.connectPrecision]
      const scale = schema.parameters?.['scale']
      return {
        type: names.decimalType,
        file: 'confluent/type/decimal.proto',
        meta: [
          ...(precision === undefined ? [] : [['precision', precision] as const]),
          ...(scale === undefined ? [] : [['scale', scale] as const]),
        ],
      }
    }
    case logical.date:
      return { type: names.dateType, file: 'google/type/date.proto', meta: [] }
    case logical.time:
      return { type: names.timeType, file: 'google/type/timeofday.proto', meta: [] }
    case logical.timestamp:
      return { type: names.timestampType, file: 'google/protobuf/timestamp.proto', meta: [] }
    default:
      return undefined
  }
}

const scalars: Readonly<Partial<Record<RecordSchema['type'], string>>> = {
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int64',
  float32: 'float',
  float64: 'double',
  boolean: 'bool',
  string: 'string',
  bytes: 'bytes',
}

const of32 = new Set(['int32', 'sint32', 'sfixed32'])
const of64 = new Set(['int64', 'uint32', 'fixed32', 'uint64', 'fixed64', 'sint64', 'sfixed64'])

function scalarOf(schema: RecordSchema): string {
  const scalar = scalars[schema.type]
  if (scalar === undefined)
    throw new RecordError(`Protobuf has no type for a value of the type ${schema.type} here.`)
  const given = schema.parameters?.[names.scalarType]
  const fits = schema.type === 'int32' ? of32 : schema.type === 'int64' ? of64 : undefined
  return given !== undefined && fits?.has(given) ? given : scalar
}

const wrappers: Readonly<Record<string, string>> = {
  float32: 'FloatValue',
  float64: 'DoubleValue',
  boolean: 'BoolValue',
  string: 'StringValue',
  bytes: 'BytesValue',
  int64: 'Int64Value',
}

/** The message of Protobuf's own that holds one value. */
export function wrapperOf(schema: RecordSchema, scalar?: string): string {
  const unsigned = scalar === 'uint32' || scalar === 'fixed32' ? 'UInt32Value' : undefined
  const large = scalar === 'uint64' || scalar === 'fixed64' ? 'UInt64Value' : undefined
  return `google.protobuf.${unsigned ?? large ?? wrappers[schema.type] ?? 'Int32Value'}`
}
