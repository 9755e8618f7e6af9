import { boolean, type ConfigOf } from '@sluice/template'
import { fieldsOf, otherSettings } from '../registry/other-settings.ts'
import { registryFields } from '../registry/fields.ts'

/** How Connect's schemas and Avro's stand for each other, by Confluent's names. */
const dataFields = {
  enhancedAvroSchemaSupport: boolean({
    doc: 'Keeps enums as enums, and names of union members with their namespace.',
    default: false,
  }),
  scrubInvalidNames: boolean({
    doc: 'Writes names that Avro does not allow with underscores, instead of refusing them.',
    default: false,
  }),
  connectMetaData: boolean({
    doc: "Keeps in the schema what Connect knows and Avro doesn't: `connect.name`, `connect.version`, `connect.parameters` and their like.",
    default: true,
  }),
  allowOptionalMapKeys: boolean({
    doc: 'Takes maps whose keys are optional strings for maps of Avro.',
    default: false,
  }),
  flattenSingletonUnion: boolean({
    name: 'flatten.singleton.union',
    doc: 'Reads a union of one type as that type.',
    default: true,
  }),
  generalizedSumTypeSupport: boolean({
    doc: 'Names enums and unions as the converters of JSON Schema and Protobuf do.',
    default: false,
  }),
  ignoreDefaultForNullables: boolean({
    doc: 'Writes null where a field that may be null has none, and not its default.',
    default: false,
  }),
  discardTypeDocDefault: boolean({
    doc: "Takes docs and defaults of Avro's fields only, and none of its types.",
    default: false,
  }),
}

export type AvroDataConfig = ConfigOf<typeof dataFields>

/** Of Confluent's Avro converter alone. */
export const otherAvroSettings = {
  ...otherSettings,
  'avro.reflection.allow.null': {
    class: 'warned',
    because: 'does nothing: values have schemas, not classes',
    harmless: ['false'],
  },
  'avro.remove.java.properties': {
    class: 'warned',
    because: 'does nothing: schemas that are written have no properties of Java',
    harmless: ['false'],
  },
  'avro.use.logical.type.converters': {
    class: 'warned',
    because: "does nothing: logical types are Connect's either way",
    harmless: ['false'],
  },
} as const

export const avroFields = {
  ...registryFields,
  ...dataFields,
  ...fieldsOf(otherAvroSettings),
}
