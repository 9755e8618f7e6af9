import {
  between,
  boolean,
  type ConfigOf,
  className,
  durationMs,
  int,
  list,
  nonEmpty,
  oneOf,
  prefix,
  string,
} from '@sluice/template'
import { clusterFields, partitionCount } from './cluster-fields.ts'
import { javaScriptWorkerFields } from '../transforms/javascript/allowances.ts'
import { restFields } from './rest-fields.ts'

/** The worker's settings that the runtime itself reads. Kafka's client settings are read by the client; see setting-classes.ts for the rest. */
export const workerFields = {
  bootstrapServers: string({
    doc: 'Brokers to begin with, host:port, separated by commas.',
    importance: 'HIGH',
    validate: nonEmpty,
  }),
  keyConverter: className({
    doc: 'Converts keys where a connector names no converter of its own; absent: JSON without schemas.',
    importance: 'HIGH',
    optional: true,
  }),
  valueConverter: className({
    doc: 'Converts values where a connector names no converter of its own; absent: JSON without schemas.',
    importance: 'HIGH',
    optional: true,
  }),
  headerConverter: className({
    doc: 'Converts headers where a connector names no converter of its own.',
    default: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  }),
  taskShutdownGracefulTimeoutMs: durationMs({
    doc: 'Waits this long, in milliseconds, for all tasks together to flush, commit and close; then cuts them.',
    default: 5000,
    validate: between(0),
  }),
  offsetFlushIntervalMs: durationMs({
    doc: 'Commits offsets this often, in milliseconds.',
    default: 60_000,
    validate: between(1),
  }),
  offsetStorageFileFilename: string({
    name: 'offset.storage.file.filename',
    doc: 'File that holds the offsets of sources, in standalone mode; in the format of Kafka Connect.',
    optional: true,
  }),
  offsetStorageTopic: string({
    doc: 'Compacted topic that holds the offsets of sources, where no file is named; in the format of Kafka Connect.',
    optional: true,
  }),
  offsetStoragePartitions: int({
    doc: 'Makes that topic with this many partitions, where it does not exist; -1 as the brokers do.',
    default: 25,
    validate: partitionCount,
  }),
  offsetStorageReplicationFactor: int({
    doc: 'Makes that topic with this many replicas, where it does not exist; -1 as the brokers do.',
    default: 3,
    validate: between(-1),
  }),
  offsetStorage: prefix('offset.storage.', {
    doc: 'Makes that topic with these settings of topics, such as `min.insync.replicas`, where it does not exist.',
  }),
  exactlyOnceSourceSupport: oneOf(['disabled', 'preparing', 'enabled'], {
    doc: 'Commits records of sources and their offsets in one transaction (enabled). A running cluster goes from disabled to preparing on all workers first.',
    default: 'disabled',
  }),
  pluginPath: list({
    doc: 'Folders and files to load plug-ins from: each package and module directly in a folder, or a module itself.',
    default: [],
  }),
  configProviders: list({
    doc: 'Names the config providers that settings may refer to: ${name:path:key}, or ${name:key}.',
    default: [],
  }),
  configProvider: prefix('config.providers.', {
    doc: 'Says of each which one it is (config.providers.<name>.class) and what it needs (config.providers.<name>.param.*).',
  }),
  connectorClientConfigOverridePolicy: oneOf(['All', 'None', 'Principal', 'Allowlist'], {
    doc: 'Which client settings a connector may override: All, None, Principal (who it logs in as), or those of the allow-list.',
    default: 'All',
  }),
  connectorClientConfigOverrideAllowlist: list({
    doc: 'Client settings that a connector may override under the policy Allowlist.',
    default: [],
  }),
  topicTrackingEnable: boolean({
    doc: 'Keeps the set of topics that each connector has used, for REST.',
    default: true,
  }),
  topicTrackingAllowReset: boolean({
    doc: 'Allows that set to be emptied by REST.',
    default: true,
  }),
  topicCreationEnable: boolean({
    doc: 'Lets sources create topics by their topic.creation.* settings.',
    default: true,
  }),
  ...restFields,
  taskIsolation: oneOf(['thread', 'none'], {
    doc: 'Runs tasks in worker threads (thread), or on the thread of the program (none).',
    default: 'none',
  }),
  taskHangTimeoutMs: durationMs({
    doc: 'Ends a thread that gave no sign of life for this long, in milliseconds, and restarts its tasks.',
    default: 10_000,
    validate: between(100),
  }),
  taskThreads: int({
    doc: 'How many worker threads the tasks share; 0: one per core.',
    default: 0,
    validate: between(0, 256),
  }),
  taskThreadMemoryMb: int({
    doc: 'Ends a worker thread whose heap grows beyond this many megabytes, and restarts its tasks; 0: the limit of Node.',
    default: 0,
    validate: between(0),
  }),
  connectorCheckTimeoutMs: durationMs({
    doc: "Gives a connector's own check this long, in milliseconds, to ask the other side.",
    default: 10_000,
    validate: between(1),
  }),
  connectorSplitTimeoutMs: durationMs({
    doc: 'Gives a connector this long, in milliseconds, to divide its work into tasks.',
    default: 60_000,
    validate: between(1),
  }),
  ...clusterFields,
  ...javaScriptWorkerFields,
  logLevel: oneOf(['debug', 'info', 'warn', 'error'], {
    doc: 'Logs lines of this level and above.',
    default: 'info',
  }),
} as const

export type WorkerConfig = ConfigOf<typeof workerFields>
