import { ConfigurationError, kindOf, RecordError, RetriableError } from '@sluice/template'
import { leastWaitMs } from '../errors/least-wait.ts'
import { KafkaError } from '../kafka/types.ts'
import { TakenOverError } from '../offsets/taken-over-error.ts'
import { ConfigError } from '../task/config-error.ts'
import { traceOf } from '../task/trace.ts'
import type { PlainError } from './messages.ts'

/** Causes may go round in a circle. */
const maxCauses = 10

/** An error as it crosses threads, with its causes. Total. */
export function toPlainError(error: unknown, depth = 0): PlainError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: traceOf(error), stack: undefined, kind: kindOf(error) }
  }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    kind: kindOf(error),
    ...(leastWaitMs(error) > 0 && { backoffMs: leastWaitMs(error) }),
    ...(error.cause !== undefined && depth < maxCauses && { cause: toPlainError(error.cause, depth + 1) }),
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
  if (plain.cause !== undefined) error.cause = fromPlainError(plain.cause)
  return error
}

function rebuilt({ message, kind, backoffMs, issues, takenOver, kafka }: PlainError): Error {
  if (issues !== undefined) return new ConfigError(issues)
  if (takenOver) return new TakenOverError(message)
  if (kafka !== undefined) return new KafkaError(message, kafka)
  if (kind === 'retriable') return new RetriableError(message, backoffMs === undefined ? {} : { backoffMs })
  if (kind === 'config') return new ConfigurationError(message)
  return kind === 'record' ? new RecordError(message) : new Error(message)
}
