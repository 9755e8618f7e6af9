import { between, boolean, durationMs, int, list, oneOf, prefix, string } from '@sluice/template'

const algorithms = ['HmacSHA1', 'HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512'] as const

const replicas = { default: 3, validate: between(-1) } as const

/** Kafka makes no topic of 0 partitions; -1 leaves the number to it. */
export const partitionCount = (count: number): string | undefined =>
  count === -1 || count > 0 ? undefined : 'must be -1 or at least 1'

/** The settings of a worker that belongs to a cluster: distributed mode. */
export const clusterFields = {
  internalTopicsAutomaticCreationEnable: boolean({
    doc: 'Makes the topics for configurations, offsets and states where they do not exist; false: they have to be there.',
    default: true,
  }),
  groupId: string({
    doc: 'Names the cluster that this worker belongs to, in distributed mode: all workers of one group share out its connectors.',
    importance: 'HIGH',
    optional: true,
  }),
  configStorageTopic: string({
    doc: 'Compacted topic of one partition that holds the configurations of the connectors, in the format of Kafka Connect.',
    importance: 'HIGH',
    optional: true,
  }),
  configStorageReplicationFactor: int({
    doc: 'Makes that topic with this many replicas, where it does not exist; -1 as the brokers do.',
    ...replicas,
  }),
  configStorage: prefix('config.storage.', {
    doc: 'Makes that topic with these settings of topics, such as `min.insync.replicas`, where it does not exist.',
  }),
  statusStorageTopic: string({
    doc: 'Compacted topic that holds the states of connectors and tasks, in the format of Kafka Connect.',
    importance: 'HIGH',
    optional: true,
  }),
  statusStoragePartitions: int({
    doc: 'Makes that topic with this many partitions, where it does not exist; -1 as the brokers do.',
    default: 5,
    validate: partitionCount,
  }),
  statusStorageReplicationFactor: int({
    doc: 'Makes that topic with this many replicas, where it does not exist; -1 as the brokers do.',
    ...replicas,
  }),
  statusStorage: prefix('status.storage.', {
    doc: 'Makes that topic with these settings of topics, where it does not exist.',
  }),
  sessionTimeoutMs: durationMs({
    doc: 'Takes a worker for gone that was not heard of for this long, in milliseconds; a worker that can not reach the coordinator for as long stops all that it runs.',
    default: 10_000,
    validate: between(1),
  }),
  heartbeatIntervalMs: durationMs({
    doc: 'Tells the coordinator this often, in milliseconds, that the worker is there; at most a third of the session timeout.',
    default: 3000,
    validate: between(1),
  }),
  rebalanceTimeoutMs: durationMs({
    doc: 'Waits this long, in milliseconds, for every worker to join when the cluster shares out anew.',
    default: 60_000,
    validate: between(1),
  }),
  scheduledRebalanceMaxDelayMs: durationMs({
    doc: 'Keeps what a worker ran that is gone for it this long, in milliseconds, before others get it; 0: not at all.',
    default: 300_000,
    validate: between(0),
  }),
  workerSyncTimeoutMs: durationMs({
    doc: 'Gives a worker this long, in milliseconds, to read the config topic as far as others have.',
    default: 3000,
    validate: between(1),
  }),
  workerUnsyncBackoffMs: durationMs({
    doc: 'Leaves the cluster for this long, in milliseconds, when that took longer.',
    default: 300_000,
    validate: between(0),
  }),
  interWorkerKeyGenerationAlgorithm: oneOf(algorithms, {
    doc: 'Makes the key that workers sign their requests to each other with for this algorithm.',
    default: 'HmacSHA256',
  }),
  interWorkerKeySize: int({
    doc: 'Makes that key this many bits long; absent: as many as the algorithm likes.',
    optional: true,
    validate: between(8, 65_536),
  }),
  interWorkerKeyTtlMs: durationMs({
    doc: 'Makes a new key after this long, in milliseconds.',
    default: 3_600_000,
    validate: between(1000),
  }),
  interWorkerSignatureAlgorithm: oneOf(algorithms, {
    doc: 'Signs requests to other workers with this algorithm; it must be among those that they accept.',
    default: 'HmacSHA256',
  }),
  interWorkerVerificationAlgorithms: list({
    doc: 'Accepts requests of other workers that are signed with one of these algorithms.',
    default: ['HmacSHA256'],
    validate: (names) => {
      const known: readonly string[] = algorithms
      const unknown = names.filter((name) => !known.includes(name))
      if (names.length === 0) return 'must name at least one algorithm'
      return unknown.length === 0
        ? undefined
        : `names ${unknown.join(', ')}; there are ${algorithms.join(', ')}`
    },
  }),
} as const
