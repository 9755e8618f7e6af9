import type { RecordHeader } from '../kafka/types.ts'
import { traceOf } from '../task/trace.ts'
import { classNameOf, messageOf } from './message-of.ts'
import type { Failure } from './record-errors.ts'

export interface LetterContext {
  readonly connector: string
  readonly index: number
}

/** Where a record was read, or was to go: then it has no offset, and perhaps no partition. */
export interface LetterPlace {
  readonly topic: string
  readonly partition?: number | undefined
  readonly offset?: bigint | undefined
}

/** Kafka Connect's headers of dead letters, in its order; the last two are Sluice's own, the one of a transform only there where one failed. */
export const contextHeaderNames = {
  topic: '__connect.errors.topic',
  partition: '__connect.errors.partition',
  offset: '__connect.errors.offset',
  connector: '__connect.errors.connector.name',
  task: '__connect.errors.task.id',
  stage: '__connect.errors.stage',
  by: '__connect.errors.class.name',
  error: '__connect.errors.exception.class.name',
  message: '__connect.errors.exception.message',
  trace: '__connect.errors.exception.stacktrace',
  at: '__sluice.errors.at',
  transform: '__sluice.errors.transform',
} as const

const longestMessage = 4000
const longestTrace = 16_000

/** The headers of a dead letter as Kafka Connect names and writes them: every value is text in UTF-8. */
export function contextHeaders(how: {
  readonly task: LetterContext
  readonly place: LetterPlace
  readonly failure: Omit<Failure, 'record'>
  readonly atMs?: number
  /** Masks values of config providers. Default: there are none. */
  readonly redact?: ((text: string) => string) | undefined
}): readonly RecordHeader[] {
  const { task, place, failure, atMs = Date.now(), redact = (text) => text } = how
  const { error } = failure
  const texts: Readonly<Record<keyof typeof contextHeaderNames, string | undefined>> = {
    topic: place.topic,
    partition: String(place.partition ?? -1),
    offset: String(place.offset ?? -1),
    connector: task.connector,
    task: String(task.index),
    stage: failure.stage,
    by: failure.by,
    error: classNameOf(error),
    message: atMost(longestMessage, redact(messageOf(error))),
    trace: atMost(longestTrace, redact(traceOf(error))),
    at: new Date(atMs).toISOString(),
    transform: failure.transform,
  }
  return Object.entries(texts).flatMap(([name, text]) =>
    text === undefined
      ? []
      : [{ key: contextHeaderNames[name as keyof typeof texts], value: Buffer.from(text) }],
  )
}

/** Errors that quote what they failed on may be longer than the record, and a dead letter must not be too large because of them. */
function atMost(limit: number, text: string): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}... (${text.length - limit} characters more)`
}
