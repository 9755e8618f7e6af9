import { boolean, type ConfigOf, oneOf } from '@sluice/template'
import { registryFields } from '../registry/fields.ts'
import { fieldsOf, otherSettings } from '../registry/other-settings.ts'

/** How Connect's schemas and JSON Schema stand for each other, by Confluent's names. */
const dataFields = {
  decimalFormat: oneOf(['BASE64', 'NUMERIC'], {
    doc: 'Writes decimals as their bytes in Base64 or as numbers.',
    default: 'BASE64',
  }),
  objectAdditionalProperties: boolean({
    doc: 'Lets objects have properties that their schema does not name.',
    default: true,
  }),
  useOptionalForNonrequired: boolean({
    doc: 'Takes properties that are not required for optional when reading.',
    default: false,
  }),
  generalizedSumTypeSupport: boolean({
    doc: 'Names enums and unions as the converters of Avro and Protobuf do.',
    default: false,
  }),
  ignoreDefaultForNullables: boolean({
    doc: 'Writes null where a field that may be null has none, and not its default.',
    default: false,
  }),
}

export type JsonSchemaDataConfig = ConfigOf<typeof dataFields>

const noClasses = 'does nothing: values have schemas, not classes'

/** Of Confluent's JSON Schema converter alone. */
export const otherJsonSchemaSettings = {
  ...otherSettings,
  'schemas.cache.size': {
    class: 'warned',
    because: 'does nothing: schemas.cache.config says how much is kept',
    harmless: [],
  },
  'json.fail.invalid.schema': {
    class: 'refused',
    because: 'must be false: values are not held against rules of their schema beyond its types',
    harmless: ['false'],
  },
  'json.fail.unknown.properties': { class: 'warned', because: noClasses, harmless: [] },
  'json.key.type': { class: 'warned', because: noClasses, harmless: [] },
  'json.value.type': { class: 'warned', because: noClasses, harmless: [] },
  'json.oneof.for.nullables': { class: 'warned', because: noClasses, harmless: [] },
  'json.write.dates.iso8601': { class: 'warned', because: noClasses, harmless: ['false'] },
  'json.schema.spec.version': { class: 'warned', because: noClasses, harmless: ['draft_7'] },
  'json.schema.scan.packages': { class: 'warned', because: noClasses, harmless: [''] },
  'json.default.property.inclusion': { class: 'warned', because: noClasses, harmless: [''] },
  'json.indent.output': {
    class: 'warned',
    because: 'does nothing: values are written on one line',
    harmless: ['false'],
  },
  'javaType.property': { class: 'warned', because: noClasses, harmless: [] },
  'ignore.modern.dialects': {
    class: 'warned',
    because: 'does nothing: schemas of any draft are read alike',
    harmless: [],
  },
} as const

export const jsonSchemaFields = { ...registryFields, ...dataFields, ...fieldsOf(otherJsonSchemaSettings) }
