import type { SourceRecord } from '@sluice/template'
import { readableJson } from '../errors/readable-json.ts'
import type { RecordPlace } from '../errors/record-errors.ts'

/** A polled record for messages and log lines. */
export function sourcePlace(record: SourceRecord): RecordPlace {
  const { topic, partition, timestamp, origin } = record
  return { topic, partition, timestamp, source: origin, contents: () => contentsOf(record) }
}

function contentsOf({ key, value, headers = [] }: SourceRecord): Readonly<Record<string, unknown>> {
  return {
    key: readableJson(key),
    value: readableJson(value),
    ...(headers.length > 0 && { headers: readableJson(new Map(headers.map((one) => [one.key, one.value]))) }),
  }
}
