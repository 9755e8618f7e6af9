export type { ConnectorRequest, InitialState } from './config/connector-file.ts'
export { parseConnectorFile } from './config/connector-file.ts'
export { parseProperties } from './config/properties.ts'
export {
  connectorSettings,
  type SettingClass,
  sinkSettings,
  sourceSettings,
  workerSettings,
} from './config/setting-classes.ts'
export type { Settings, SettingsInput } from './config/settings.ts'
export { type WorkerConfig, workerFields } from './config/worker-fields.ts'
export type { ConnectorPath } from './dead-letters/connector-path.ts'
export type { LetterTopic } from './dead-letters/find-topics.ts'
export { type DeadLetter, type LetterOrigin, type LetterReason, placeOf } from './dead-letters/letter.ts'
export { LetterDesk, type ReplayRequest } from './dead-letters/letter-desk.ts'
export { type LetterFilter, setAsideAt } from './dead-letters/letter-filter.ts'
export { openPaths, type OpenPathsOptions } from './dead-letters/open-path.ts'
export type { LetterFate, ReplayResult } from './dead-letters/replay.ts'
export {
  type Distributed,
  type DistributedOptions,
  runDistributed,
  startDistributed,
} from './distributed/distributed.ts'
export {
  type Admin,
  type FetchedBatch,
  type FetchedRecord,
  type GroupConsumer,
  type GroupDescription,
  type GroupListing,
  type GroupOffset,
  KafkaError,
  type KafkaReach,
  type NewTopic,
  type OutgoingRecord,
  type PartitionReader,
  type Position,
  type Producer,
  type RecordHeader,
  type Refusal,
  type TokenFunction,
  type TokenRequest,
  type TopicDescription,
} from './kafka/types.ts'
export type { OffsetStore, StoredOffset } from './offsets/offset-store.ts'
export { builtInPlugins } from './plugins/built-in.ts'
export { installedPlugins } from './plugins/discover.ts'
export { loadPlugins } from './plugins/load.ts'
export { type Plugin, type PluginOrigin, type PluginRegistry } from './plugins/registry.ts'
export { runStandalone } from './standalone/run-standalone.ts'
export { resolveSettings } from './providers/resolve-settings.ts'
export { exitCodes } from './standalone/run-until-signal.ts'
export { type Standalone, type StandaloneOptions, startStandalone } from './standalone/standalone.ts'
export { ConfigError } from './task/config-error.ts'
export { createLogger, type LogLevel } from './telemetry/logger.ts'
export type { TaskState, TaskStatus } from './task/task.ts'
export type { ApplyHow, ConnectorOffset, Connectors } from './worker/connectors.ts'
export type { WorkerEvents } from './worker/events.ts'
export { type KafkaClients, openKafkaClients } from './worker/kafka-clients.ts'
export { openDecoder, type RecordDecoder } from './worker/record-decoder.ts'
export { type KafkaAccess, type ReachedKafka, reachKafka } from './worker/kafka-access.ts'
export { RequestError } from './worker/request-error.ts'
export type { ConfigInput, TypedSettings } from './worker/typed-settings.ts'
export type { ConnectorInfo, ConnectorStatus, StateView, TaskConfig, TaskView } from './worker/views.ts'
export { createWorker, type Worker } from './worker/worker.ts'
export type { WorkerOptions } from './worker/worker-options.ts'
