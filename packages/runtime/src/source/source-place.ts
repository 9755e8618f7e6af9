import type { SourceRecord } from '@sluice/template'
import { readableJson } from '../errors/readable-json.ts'
import type { RecordPlace } from '../errors/record-errors.ts'

/** A polled record for messages and log lines. */
export function sourcePlace(record: SourceRecord): RecordPlace {
  const { topic, partition, timestamp, origin } = record
  return { topic, partition, timestamp, source: origin, contents: () => contentsOf(record) }
}

/** A log line is no place for a whole document. */
const longest = 10_000

function contentsOf({ key, value, headers = [] }: SourceRecord): Readonly<Record<string, unknown>> {
  return {
    key: shown(key),
    value: shown(value),
    ...(headers.length > 0 && { headers: shown(new Map(headers.map((one) => [one.key, one.value]))) }),
  }
}

function shown(value: unknown): string {
  const text = readableJson(value)
  return text.length <= longest
    ? text
    : `${text.slice(0, longest)}... (${text.length - longest} characters more)`
}
