import type { FetchedRecord, RecordHeader } from '../kafka/types.ts'
import { traceOf } from '../task/trace.ts'
import type { Failure } from './record-errors.ts'

export interface LetterContext {
  readonly connector: string
  readonly index: number
}

const prefix = '__connect.errors.'

/** The headers of a dead letter as Kafka Connect names and writes them: every value is text in UTF-8. */
export function contextHeaders(how: {
  readonly task: LetterContext
  readonly from: { readonly topic: string; readonly partition: number; readonly fetched: FetchedRecord }
  readonly failure: Omit<Failure, 'record'>
}): readonly RecordHeader[] {
  const { task, from, failure } = how
  const { error } = failure
  const texts: readonly (readonly [string, string])[] = [
    ['topic', from.topic],
    ['partition', String(from.partition)],
    ['offset', String(from.fetched.offset)],
    ['connector.name', task.connector],
    ['task.id', String(task.index)],
    ['stage', failure.stage],
    ['class.name', failure.by],
    ['exception.class.name', error instanceof Error ? error.name : typeof error],
    ['exception.message', error instanceof Error ? error.message : String(error)],
    ['exception.stacktrace', traceOf(error)],
  ]
  return texts.map(([name, text]) => ({ key: prefix + name, value: Buffer.from(text) }))
}
