import { type ErrorKind, kindOf } from '@sluice/template'
import { KafkaError } from '../kafka/types.ts'

/** Steps of a record's way, as Kafka Connect names them in the headers of dead letters. */
export type Stage =
  | 'TASK_POLL'
  | 'TASK_PUT'
  | 'TRANSFORMATION'
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'KAFKA_PRODUCE'
  | 'KAFKA_CONSUME'

interface Rule {
  /** Retried within `errors.retry.timeout`; elsewhere the loops have rules of their own. */
  readonly retries: boolean
  /** What `errors.tolerance=all` sets aside; `permanent` is anything but what waiting may cure. */
  readonly tolerates: 'any' | 'permanent' | 'record'
}

/**
 * Converters and transforms work on one record at a time, so whatever they throw is that record's fault; but that a converter's schema
 * registry can't be reached is nobody's, and must not empty a topic into the dead letters. Elsewhere only what says so itself is.
 */
export const rules: Readonly<Record<Stage, Rule>> = {
  TASK_POLL: { retries: false, tolerates: 'record' },
  TASK_PUT: { retries: false, tolerates: 'any' },
  TRANSFORMATION: { retries: true, tolerates: 'any' },
  KEY_CONVERTER: { retries: true, tolerates: 'permanent' },
  VALUE_CONVERTER: { retries: true, tolerates: 'permanent' },
  HEADER_CONVERTER: { retries: true, tolerates: 'permanent' },
  KAFKA_PRODUCE: { retries: false, tolerates: 'record' },
  KAFKA_CONSUME: { retries: false, tolerates: 'record' },
}

/** May `errors.tolerance=all` set this record aside? */
export function isTolerable(stage: Stage, error: unknown): boolean {
  const { tolerates } = rules[stage]
  const kind = kindAt(stage, error)
  return tolerates === 'any' || kind === 'record' || (tolerates === 'permanent' && kind !== 'retriable')
}

/** Brokers refuse a record for what it is, not for the moment. */
const refusedRecords = new Set([
  'MESSAGE_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
])

/** The kind of an error; Kafka's own errors have theirs by code. */
export function kindAt(stage: Stage, error: unknown): ErrorKind {
  if (!(error instanceof KafkaError)) return kindOf(error)
  if (stage === 'KAFKA_PRODUCE' && refusedRecords.has(error.code)) return 'record'
  return error.retriable ? 'retriable' : 'fatal'
}
