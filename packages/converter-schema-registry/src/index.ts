export { avroConverter } from './avro/avro-converter.ts'
export { jsonSchemaConverter } from './json-schema/json-schema-converter.ts'
