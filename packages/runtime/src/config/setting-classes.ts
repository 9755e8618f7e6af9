import { clientSettings } from '../kafka/settings/setting-classes.ts'

/**
 * What becomes of every setting that Kafka Connect has for a worker and for any connector: done as there, done without and warned about, or
 * refused, wherever ignoring it would change what is delivered or who may do what. The start of a worker and of a connector go by this
 * very table. Connectors keep tables of their own settings.
 */
export interface SettingClass {
  /** The key; one that ends in `.` or `.*` stands for all keys that begin so, `*` within for one part. */
  readonly name: string
  readonly class: 'honoured' | 'warned' | 'refused'
  /** For warned and refused: why, and what to do; a sentence part after the name. */
  readonly reason?: string
  /** Values (compared regardless of case) at which the setting does nothing, so that neither a warning nor a refusal is due. */
  readonly harmless?: readonly string[]
}

const honoured = (...names: readonly string[]): SettingClass[] =>
  names.map((name) => ({ name, class: 'honoured' }))

const warned = (reason: string, names: readonly string[], harmless: readonly string[] = []): SettingClass[] =>
  names.map((name) => ({ name, class: 'warned', reason, harmless }))

const pluginVersions =
  'does nothing: the version of a plug-in is the one that is installed; choose it in package.json'
const jmx = 'does nothing: there is no JMX; figures are at /metrics'

/** The worker's settings; those of Kafka's clients that a worker hands to all of them included. */
export const workerSettings: readonly SettingClass[] = [
  ...clientSettings.filter(({ clients }) => clients === undefined),
  ...honoured(
    'key.converter',
    'value.converter',
    'header.converter',
    'key.converter.*',
    'value.converter.*',
    'header.converter.*',
    'task.shutdown.graceful.timeout.ms',
    'offset.flush.interval.ms',
    'offset.storage.file.filename',
    'offset.storage.topic',
    'offset.storage.partitions',
    'offset.storage.replication.factor',
    'offset.storage.*',
    'exactly.once.source.support',
    'plugin.path',
    'config.providers',
    'config.providers.*',
    'connector.client.config.override.policy',
    'connector.client.config.override.allowlist',
    'topic.tracking.enable',
    'topic.tracking.allow.reset',
    'topic.creation.enable',
    'listeners',
    'listeners.insecure',
    'rest.advertised.host.name',
    'rest.advertised.port',
    'rest.advertised.listener',
    'rest.extension.classes',
    'rest.basic.auth.user.*',
    'java.security.auth.login.config',
    'listeners.https.*',
    'admin.listeners',
    'admin.listeners.https.*',
    'ssl.client.auth',
    'access.control.allow.origin',
    'access.control.allow.methods',
    'response.http.headers.config',
    'task.isolation',
    'task.hang.timeout.ms',
    'task.threads',
    'task.thread.memory.mb',
    'connector.check.timeout.ms',
    'connector.split.timeout.ms',
    'javascript.transform.paths',
    'javascript.transform.expressions',
    'log.level',
    'producer.*',
    'consumer.*',
    'admin.*',
    'msk.*',
  ),
  ...warned(pluginVersions, [
    'key.converter.plugin.version',
    'value.converter.plugin.version',
    'header.converter.plugin.version',
  ]),
  ...warned('does nothing: plug-ins are found by their packages, there is nothing to scan', [
    'plugin.discovery',
  ]),
  ...warned(jmx, ['metrics.context.*']),
  ...warned(
    'does nothing: offsets are committed as records are acknowledged, so that no commit has to wait for records',
    ['offset.flush.timeout.ms'],
  ),
  ...warned('does nothing: the topics of a worker are always compacted', [
    'config.storage.cleanup.policy',
    'offset.storage.cleanup.policy',
    'status.storage.cleanup.policy',
  ]),
  ...warned('does nothing: the topic for connector configurations has one partition', [
    'config.storage.partitions',
  ]),
  ...honoured(
    'group.id',
    'config.storage.topic',
    'config.storage.replication.factor',
    'config.storage.*',
    'status.storage.topic',
    'status.storage.partitions',
    'status.storage.replication.factor',
    'status.storage.*',
    'session.timeout.ms',
    'rebalance.timeout.ms',
    'heartbeat.interval.ms',
    'worker.sync.timeout.ms',
    'worker.unsync.backoff.ms',
    'internal.topics.automatic.creation.enable',
    'scheduled.rebalance.max.delay.ms',
    'inter.worker.key.generation.algorithm',
    'inter.worker.key.size',
    'inter.worker.key.ttl.ms',
    'inter.worker.signature.algorithm',
    'inter.worker.verification.algorithms',
  ),
  ...warned(
    'does nothing: workers always share out by small steps, and always sign their requests to each other, as sessioned says',
    ['connect.protocol'],
    ['sessioned'],
  ),
]

export const connectorSettings: readonly SettingClass[] = [
  ...honoured(
    'name',
    'connector.class',
    'tasks.max',
    'tasks.max.enforce',
    'tasks.dedicated.thread',
    'config.action.reload',
    'task.restart.backoff.ms',
    'task.restart.max',
    'key.converter',
    'value.converter',
    'header.converter',
    'key.converter.*',
    'value.converter.*',
    'header.converter.*',
    'transforms',
    'transforms.*',
    'predicates',
    'predicates.*',
    'errors.retry.timeout',
    'errors.retry.delay.max.ms',
    'errors.tolerance',
    'errors.log.enable',
    'errors.log.include.messages',
    'producer.override.*',
    'consumer.override.*',
    'admin.override.*',
  ),
  ...warned(pluginVersions, [
    'connector.plugin.version',
    'key.converter.plugin.version',
    'value.converter.plugin.version',
    'header.converter.plugin.version',
    'transforms.*.plugin.version',
    'predicates.*.plugin.version',
  ]),
]

export const sinkSettings: readonly SettingClass[] = honoured(
  'topics',
  'topics.regex',
  'errors.deadletterqueue.topic.name',
  'errors.deadletterqueue.topic.replication.factor',
  'errors.deadletterqueue.context.headers.enable',
)

export const sourceSettings: readonly SettingClass[] = [
  ...honoured(
    'topic.creation.groups',
    'topic.creation.*',
    // the dead-letter topic works for sources too, which is more than Kafka Connect does
    'errors.deadletterqueue.topic.name',
    'errors.deadletterqueue.topic.replication.factor',
    'errors.deadletterqueue.context.headers.enable',
    'exactly.once.support',
    'transaction.boundary',
    'transaction.boundary.interval.ms',
    'offsets.storage.topic',
  ),
]
