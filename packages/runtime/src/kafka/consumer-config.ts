import { type Assignor, assignorOf, assignorClasses } from './group/assignors.ts'
import { maxTimerMs } from './settings/client-settings.ts'
import { SettingReader, type Settings } from './settings/setting-reader.ts'

/** The consumer's settings, read once. */
export interface ConsumerConfig {
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly maxPollIntervalMs: number
  /** Preferred first. */
  readonly assignors: readonly Assignor[]
  readonly autoOffsetReset: 'earliest' | 'latest' | 'none'
  readonly readCommitted: boolean
  readonly fetchMinBytes: number
  readonly fetchMaxWaitMs: number
  readonly fetchMaxBytes: number
  readonly maxPartitionFetchBytes: number
  readonly maxPollRecords: number
  readonly rack: string
  readonly checkCrcs: boolean
  readonly defaultApiTimeoutMs: number
  readonly excludeInternalTopics: boolean
}

const maxInt = 0x7fffffff

/**
 * The consumer's settings with the JVM's defaults, but for `auto.offset.reset`: earliest, as Kafka Connect sets it. Throws one
 * KafkaError (CONFIG) with everything that is wrong.
 */
export const consumerConfig = (settings: Settings): ConsumerConfig => {
  const reader = new SettingReader(settings)
  const ms = (name: string, fallback: number, least = 0): number =>
    reader.integer(name, { fallback, least, most: maxTimerMs })
  const int = (name: string, fallback: number, least = 0): number =>
    reader.integer(name, { fallback, least, most: maxInt })
  const config: ConsumerConfig = {
    groupInstanceId: reader.text('group.instance.id') || null,
    sessionTimeoutMs: ms('session.timeout.ms', 45_000, 1),
    heartbeatIntervalMs: ms('heartbeat.interval.ms', 3000, 1),
    maxPollIntervalMs: ms('max.poll.interval.ms', 300_000, 1),
    assignors: assignors(reader),
    autoOffsetReset: reader.oneOf('auto.offset.reset', 'earliest', ['earliest', 'latest', 'none']),
    readCommitted:
      reader.oneOf('isolation.level', 'read_uncommitted', ['read_uncommitted', 'read_committed']) ===
      'read_committed',
    fetchMinBytes: int('fetch.min.bytes', 1),
    fetchMaxWaitMs: ms('fetch.max.wait.ms', 500),
    fetchMaxBytes: int('fetch.max.bytes', 52_428_800),
    maxPartitionFetchBytes: int('max.partition.fetch.bytes', 1_048_576),
    maxPollRecords: int('max.poll.records', 500, 1),
    rack: reader.text('client.rack'),
    checkCrcs: reader.flag('check.crcs', true),
    defaultApiTimeoutMs: ms('default.api.timeout.ms', 60_000),
    excludeInternalTopics: reader.flag('exclude.internal.topics', true),
  }
  if (config.heartbeatIntervalMs >= config.sessionTimeoutMs) {
    reader.issue('heartbeat.interval.ms', 'must be less than session.timeout.ms; a third of it is usual')
  }
  reader.done('the Kafka consumer')
  return config
}

/** A member that offers several takes part in a group whose members all offer one of them. */
const assignors = (reader: SettingReader): readonly Assignor[] => {
  const name = 'partition.assignment.strategy'
  const named = reader.has(name)
    ? reader.list(name)
    : [assignorClasses.range, assignorClasses.cooperativeSticky]
  return named.flatMap((className) => {
    const assignor = assignorOf(className)
    if (assignor) return [assignor]
    reader.issue(name, `names ${className}, but possible are ${Object.values(assignorClasses).join(', ')}`)
    return []
  })
}
