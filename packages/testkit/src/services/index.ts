export type { Daemon, StartOptions } from './daemon.ts'
export {
  type ElasticsearchOptions,
  type ElasticsearchServer,
  type ElasticsearchTls,
  elasticsearch9Unavailable,
  startElasticsearch,
} from './elasticsearch.ts'
export { type HdfsOptions, type HdfsServer, startHdfs } from './hdfs.ts'
export { type HdfsPair, type NameNode, startHdfsPair } from './hdfs-pair.ts'
export { type HttpFsOptions, type HttpFsServer, startHttpFs } from './httpfs.ts'
export { type KafkaBroker, type KafkaOptions, type KafkaServer, startKafka } from './kafka.ts'
export {
  type KafkaConnectOptions,
  type KafkaConnectServer,
  startKafkaConnect,
} from './kafka-connect.ts'
export type { IamKey, IamKeys } from './iam-keys.ts'
export { type KafkaKeys, kafkaKeys } from './kafka-keys.ts'
export { type MotoServer, startMoto } from './moto.ts'
export { type MskEmulator, mskEmulatorUnavailable, startMskEmulator } from './msk-emulator.ts'
export {
  type Fault,
  type MskProxy,
  type MskProxyOptions,
  type SeenRequest,
  startMskProxy,
  type Transition,
} from './msk-proxy.ts'
export {
  type ListenerFigures,
  type MskBroker,
  type MskBrokerOptions,
  type MskListeners,
  startMskBroker,
} from './msk-broker.ts'
export { freePorts } from './ports.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts'
export {
  type PrometheusOptions,
  type PrometheusServer,
  prometheusUnavailable,
  promtool,
  startPrometheus,
} from './prometheus.ts'
export { type PythonPackage, pythonUnavailable, pythonWith } from './python.ts'
export {
  type SchemaRegistryOptions,
  type SchemaRegistryServer,
  schemaRegistryUnavailable,
  startSchemaRegistry,
} from './schema-registry.ts'
export type { Service, ServiceOptions } from './service.ts'
export { ownFolder, type Shared, type SharedServices, sharedServices } from './shared-services.ts'
export {
  type ServiceName,
  type ServiceStatus,
  type Stack,
  type StackOptions,
  type StackProgress,
  type StackUpOptions,
  serviceNames,
  stackDown,
  stackStatus,
  stackUp,
} from './stack.ts'
export { beginTestRun, endTestRun, testRunFolder } from './test-run.ts'
export { type ElasticsearchVersion, type KafkaVersion, versions } from './versions.ts'
