export { avroConverter } from './avro/avro-converter.ts'
export { jsonSchemaConverter } from './json-schema/json-schema-converter.ts'
export { protobufConverter } from './protobuf/protobuf-converter.ts'
