import type { Assignor } from './group/assignors.ts'
import { assignorsOf } from './group/assignors.ts'
import { KafkaError } from './types.ts'

/** The consumer's settings, read once. Durations in milliseconds, sizes in bytes. */
export interface ConsumerConfig {
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly maxPollIntervalMs: number
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

const eager = 'org.apache.kafka.clients.consumer.RangeAssignor'
const cooperative = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor'

/** Rejects with one KafkaError that names every wrong value. */
export const consumerConfig = (settings: Readonly<Record<string, string>>): ConsumerConfig => {
  const issues: string[] = []
  const text = (name: string, fallback: string): string => settings[name]?.trim() ?? fallback
  const int = (name: string, fallback: number, least: number): number => {
    const value = text(name, String(fallback))
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= least && number <= 0x7fffffff) return number
    issues.push(`${name} is ${value}, but must be an integer from ${least} to 2147483647`)
    return fallback
  }
  const oneOf = <const V extends string>(name: string, fallback: V, values: readonly V[]): V => {
    const value = text(name, fallback).toLowerCase()
    const found = values.find((one) => one === value)
    if (found === undefined) issues.push(`${name} is ${value}, but must be one of ${values.join(', ')}`)
    return found ?? fallback
  }
  const config: ConsumerConfig = {
    groupInstanceId: text('group.instance.id', '') || null,
    sessionTimeoutMs: int('session.timeout.ms', 45_000, 1),
    heartbeatIntervalMs: int('heartbeat.interval.ms', 3000, 1),
    maxPollIntervalMs: int('max.poll.interval.ms', 300_000, 1),
    assignors: assignorsOf(text('partition.assignment.strategy', `${eager},${cooperative}`)),
    autoOffsetReset: oneOf('auto.offset.reset', 'earliest', ['earliest', 'latest', 'none']),
    readCommitted:
      oneOf('isolation.level', 'read_uncommitted', ['read_uncommitted', 'read_committed']) ===
      'read_committed',
    fetchMinBytes: int('fetch.min.bytes', 1, 0),
    fetchMaxWaitMs: int('fetch.max.wait.ms', 500, 0),
    fetchMaxBytes: int('fetch.max.bytes', 52_428_800, 0),
    maxPartitionFetchBytes: int('max.partition.fetch.bytes', 1_048_576, 0),
    maxPollRecords: int('max.poll.records', 500, 1),
    rack: text('client.rack', ''),
    checkCrcs: oneOf('check.crcs', 'true', ['true', 'false']) === 'true',
    defaultApiTimeoutMs: int('default.api.timeout.ms', 60_000, 0),
    excludeInternalTopics: oneOf('exclude.internal.topics', 'true', ['true', 'false']) === 'true',
  }
  if (config.heartbeatIntervalMs >= config.sessionTimeoutMs) {
    issues.push('heartbeat.interval.ms must be less than session.timeout.ms; a third of it is usual')
  }
  if (issues.length > 0) {
    throw new KafkaError(`The consumer's settings are wrong: ${issues.join('; ')}.`, {
      code: 'CONFIG',
      retriable: false,
    })
  }
  return config
}
