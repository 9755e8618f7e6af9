export { elasticsearchSink, elasticsearchSinkConnector } from './definitions.ts'
