import { boolean, type ConfigOf } from '@sluice/template'
import { registryFields } from '../registry/fields.ts'
import { fieldsOf, otherSettings } from '../registry/other-settings.ts'

/** How Connect's schemas and Protobuf's stand for each other, by Confluent's names. */
const dataFields = {
  enhancedProtobufSchemaSupport: boolean({
    doc: 'Names schemas with their package when reading.',
    default: false,
  }),
  scrubInvalidNames: boolean({
    doc: 'Writes names that Protobuf does not allow with underscores, instead of refusing them.',
    default: false,
  }),
  optionalForNullables: boolean({
    doc: 'Writes fields that may be null as `optional`, so that null and zero stay apart.',
    default: false,
  }),
  wrapperForNullables: boolean({
    doc: 'Writes fields that may be null in messages of their own, so that null and zero stay apart.',
    default: false,
  }),
  wrapperForRawPrimitives: boolean({
    doc: 'Reads a record of one of Protobuf’s wrapper messages as the value in it.',
    default: true,
  }),
  intForEnums: boolean({ doc: 'Reads enums as their numbers.', default: false }),
  generalizedSumTypeSupport: boolean({
    doc: 'Names enums and oneofs as the converters of Avro and JSON Schema do.',
    default: false,
  }),
}

export type ProtobufDataConfig = ConfigOf<typeof dataFields>

/** Of Confluent's Protobuf converter alone. */
export const otherProtobufSettings = {
  ...otherSettings,
  'reference.subject.name.strategy': {
    class: 'warned',
    because: 'does nothing: schemas that are written refer to no others',
    harmless: ['defaultreferencesubjectnamestrategy'],
  },
  'reference.lookup.only': {
    class: 'warned',
    because: 'does nothing: schemas that are written refer to no others',
    harmless: [],
  },
  'skip.known.types': {
    class: 'warned',
    because: 'does nothing: types that every registry knows are never registered',
    harmless: ['true'],
  },
  'optional.for.proto2': {
    class: 'refused',
    because: 'must be true: an absent field of proto2 is null',
    harmless: ['true'],
  },
  'generate.index.for.unions': {
    class: 'refused',
    because: 'must be true: the struct of a oneof is named with its place',
    harmless: ['true'],
  },
  'generate.struct.for.nulls': {
    class: 'refused',
    because: 'must be false: a message that is absent is null',
    harmless: ['false'],
  },
  'flatten.unions': {
    class: 'refused',
    because: 'must be false: a oneof is a struct of its own',
    harmless: ['false'],
  },
} as const

export const protobufFields = { ...registryFields, ...dataFields, ...fieldsOf(otherProtobufSettings) }
