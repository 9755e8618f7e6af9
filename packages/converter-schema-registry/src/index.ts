export { avroConverter } from './avro/avro-converter.ts'
