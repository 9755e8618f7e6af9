import { kindOf, RecordError, RetriableError } from '@sluice/template'
import { KafkaError } from '../kafka/types.ts'
import { TakenOverError } from '../offsets/taken-over-error.ts'
import { ConfigError } from '../task/config-error.ts'
import type { PlainError } from './messages.ts'

/** An error as it crosses threads. Total. */
export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, kind: kindOf(error) }
  }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    kind: kindOf(error),
    ...(error instanceof RetriableError && error.backoffMs !== undefined && { backoffMs: error.backoffMs }),
    ...(error instanceof ConfigError && { issues: error.issues }),
    ...(error instanceof KafkaError && { kafka: { code: error.code, retriable: error.retriable } }),
    ...(error instanceof TakenOverError && { takenOver: true }),
  }
}

/** The same error on the other side: of the same kind, with the stack of where it arose. */
export function fromPlainError(plain: PlainError): Error {
  const error = rebuilt(plain)
  error.name = plain.name
  if (plain.stack !== undefined) error.stack = plain.stack
  return error
}

function rebuilt({ message, kind, backoffMs, issues, takenOver, kafka }: PlainError): Error {
  if (issues !== undefined) return new ConfigError(issues)
  if (takenOver) return new TakenOverError(message)
  if (kafka !== undefined) return new KafkaError(message, kafka)
  if (kind === 'retriable') return new RetriableError(message, backoffMs === undefined ? {} : { backoffMs })
  return kind === 'record' ? new RecordError(message) : new Error(message)
}
