export type { Daemon, StartOptions } from './daemon.ts'
export {
  elasticsearch9Unavailable,
  startElasticsearch,
  type ElasticsearchOptions,
  type ElasticsearchServer,
} from './elasticsearch.ts'
export { startHdfs, type HdfsOptions, type HdfsServer } from './hdfs.ts'
export { startHdfsPair, type HdfsPair, type NameNode } from './hdfs-pair.ts'
export { startKafka, type KafkaBroker, type KafkaOptions, type KafkaServer } from './kafka.ts'
export { startPostgres, type PostgresOptions, type PostgresServer } from './postgres.ts'
export type { Service, ServiceOptions } from './service.ts'
export { ownFolder, sharedServices, type Shared, type SharedServices } from './shared-services.ts'
export {
  serviceNames,
  stackDown,
  stackStatus,
  stackUp,
  type ServiceName,
  type ServiceStatus,
  type Stack,
  type StackOptions,
  type StackProgress,
  type StackUpOptions,
} from './stack.ts'
export { beginTestRun, endTestRun, testRunFolder } from './test-run.ts'
export { versions, type ElasticsearchVersion, type KafkaVersion } from './versions.ts'
