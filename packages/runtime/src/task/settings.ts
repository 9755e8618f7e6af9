import {
  between,
  boolean,
  type ConfigFields,
  type ConfigOf,
  className,
  durationMs,
  int,
  type Issue,
  list,
  oneOf,
  parseConfig,
  prefix,
  string,
} from '@sluice/template'
import { ConfigError } from './config-error.ts'

/** What every connector may set beside its own fields. */
export const connectorFields = {
  keyConverter: className({
    group: 'Common',
    doc: "Converts keys. The worker's where absent.",
    optional: true,
  }),
  valueConverter: className({
    group: 'Common',
    doc: "Converts values. The worker's where absent.",
    optional: true,
  }),
  headerConverter: className({
    group: 'Common',
    doc: "Converts headers. The worker's where absent.",
    optional: true,
  }),
  transforms: list({
    group: 'Transforms',
    doc: 'Names the transforms that records pass, in order.',
    default: [],
  }),
  predicates: list({
    group: 'Predicates',
    doc: 'Names the predicates that transforms may refer to.',
    default: [],
  }),
  errorsRetryTimeoutMs: durationMs({
    name: 'errors.retry.timeout',
    group: 'Error Handling',
    doc: 'Retries a conversion or transform that may work later for so many milliseconds; -1 for ever.',
    default: 0,
    validate: between(-1),
  }),
  errorsRetryDelayMaxMs: durationMs({
    name: 'errors.retry.delay.max.ms',
    group: 'Error Handling',
    doc: 'Waits at most so many milliseconds between two retries.',
    default: 60_000,
    validate: between(1),
  }),
  errorsTolerance: oneOf(['none', 'all'], {
    group: 'Error Handling',
    doc: 'Says whether a record that cannot be handled ends the task (none) or is set aside (all).',
    default: 'none',
  }),
  errorsLogEnable: boolean({
    group: 'Error Handling',
    doc: 'Logs each record that fails, whether that is tolerated or not; false: only what ends the task.',
    default: false,
  }),
  errorsLogIncludeMessages: boolean({
    group: 'Error Handling',
    doc: 'Adds to that line where the record is from (topic, partition, offset, timestamp), and of a source its content too.',
    default: false,
  }),
  taskRestartBackoffMs: durationMs({
    group: 'Common',
    doc: 'Waits so many milliseconds before a failed task restarts itself, doubling up to an hour.',
    default: 10_000,
    validate: between(1),
  }),
  taskRestartMax: int({
    group: 'Common',
    doc: 'Restarts a failed task at most so many times in a row; -1 without end.',
    default: -1,
    validate: between(-1),
  }),
  producerOverride: prefix('producer.override.', { doc: "Producer settings in place of the worker's." }),
  consumerOverride: prefix('consumer.override.', { doc: "Consumer settings in place of the worker's." }),
  adminOverride: prefix('admin.override.', { doc: "Admin settings in place of the worker's." }),
} satisfies ConfigFields

const deadLetterFields = {
  deadLetterTopic: string({
    name: 'errors.deadletterqueue.topic.name',
    group: 'Error Handling',
    doc: 'Takes the records that are set aside; empty: none is kept.',
    default: '',
  }),
  deadLetterReplication: int({
    name: 'errors.deadletterqueue.topic.replication.factor',
    group: 'Error Handling',
    doc: 'Replicates the dead-letter topic so many times where it must be created; -1 as the brokers do.',
    default: 3,
  }),
  deadLetterHeaders: boolean({
    name: 'errors.deadletterqueue.context.headers.enable',
    group: 'Error Handling',
    doc: 'Adds headers that say where a dead letter came from and what was wrong.',
    default: false,
  }),
} satisfies ConfigFields

export const sourceFields = {
  ...connectorFields,
  ...deadLetterFields,
  rowsFastPath: boolean({
    name: 'rows.fast.path',
    group: 'Common',
    doc: 'Turns rows of a database into bytes without making a record of each. The outcome is the same; false is for comparing.',
    default: true,
  }),
  topicCreationGroups: list({
    name: 'topic.creation.groups',
    group: 'Topic Creation',
    doc: 'Names the groups of topics that are created with settings of their own.',
    default: [],
  }),
  exactlyOnceSupport: oneOf(['requested', 'required'], {
    group: 'Exactly Once Support',
    doc: 'Says whether the connector is refused where records and offsets can not commit as one (required), or starts all the same (requested).',
    default: 'requested',
  }),
  transactionBoundary: oneOf(['poll', 'interval', 'connector'], {
    group: 'Exactly Once Support',
    doc: 'Ends a transaction after each poll, after an interval, or where the connector says; where the worker delivers exactly once.',
    default: 'poll',
  }),
  transactionBoundaryIntervalMs: durationMs({
    group: 'Exactly Once Support',
    doc: "Ends a transaction so many milliseconds after its first record, with transaction.boundary=interval. The worker's offset.flush.interval.ms where absent.",
    optional: true,
    validate: between(1),
  }),
  offsetsStorageTopic: string({
    group: 'Exactly Once Support',
    doc: "Keeps the offsets of this connector in a topic of its own, before the worker's. It is made where it does not exist.",
    optional: true,
  }),
  topicCreation: prefix('topic.creation.', { doc: 'Says how topics are created that do not exist.' }),
} satisfies ConfigFields

export const sinkFields = {
  ...connectorFields,
  topics: list({ group: 'Common', doc: 'Names the topics to read.', default: [] }),
  topicsRegex: string({
    group: 'Common',
    doc: 'Reads the topics whose whole name matches this regular expression.',
    optional: true,
  }),
  ...deadLetterFields,
} satisfies ConfigFields

/** What tasks read of the worker's settings. */
export const workerTaskFields = {
  offsetFlushIntervalMs: durationMs({
    doc: 'Commits offsets every so many milliseconds.',
    default: 60_000,
    validate: between(1),
  }),
  taskShutdownGracefulTimeoutMs: durationMs({
    doc: 'Waits so many milliseconds for a task to flush and commit when it stops.',
    default: 5000,
    validate: between(0),
  }),
  topicCreationEnable: boolean({
    doc: 'Lets sources create the topics they write to.',
    default: true,
  }),
} satisfies ConfigFields

export type SourceSettings = ConfigOf<typeof sourceFields> & ConfigOf<typeof workerTaskFields>
export type SinkSettings = ConfigOf<typeof sinkFields> & ConfigOf<typeof workerTaskFields>
export type ConnectorSettings = ConfigOf<typeof connectorFields> & ConfigOf<typeof workerTaskFields>

/**
 * Reads the framework's and the connector's own settings, with the issues of both at once in a ConfigError.
 */
export function readSettings<F extends ConfigFields>(how: {
  readonly fields: F
  readonly own: ConfigFields
  readonly settings: ReadonlyMap<string, string>
  readonly worker: ReadonlyMap<string, string>
}): {
  readonly settings: ConfigOf<F> & ConfigOf<typeof workerTaskFields>
  readonly own: ConfigOf<ConfigFields>
} {
  const framework = parseConfig(how.fields, how.settings)
  const worker = parseConfig(workerTaskFields, how.worker)
  const own = parseConfig(how.own, how.settings)
  const issues: readonly Issue[] = [...framework.issues, ...worker.issues, ...own.issues]
  if (!framework.config || !worker.config || !own.config) throw new ConfigError(issues)
  return { settings: { ...framework.config, ...worker.config }, own: own.config }
}
