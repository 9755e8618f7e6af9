import type { OutgoingRecord, RecordHeader } from '@sluice/runtime'
import { type Json, parseJson, stringifyJson } from '@sluice/template'
import { UsageError } from '../connector/usage-error.ts'

export interface InputFormat {
  readonly topic: string
  /** Lines are JSON, as `sluice consume --json` prints it. */
  readonly json: boolean
  /** Between key and value; undefined: lines are values. */
  readonly keySeparator: string | undefined
  /** Of all records that don't name their own. */
  readonly key: string | undefined
  readonly partition: number | undefined
  readonly headers: readonly RecordHeader[]
  /** A key or value that is this text is null. */
  readonly nullText: string | undefined
}

/** Reads a line as a record. Throws a UsageError that says what is wrong with it. */
export function recordReader(format: InputFormat): (line: Buffer, number: number) => OutgoingRecord {
  const { topic, partition, headers } = format
  const common = { topic, ...(partition !== undefined && { partition }), headers }
  const key = format.key === undefined ? null : Buffer.from(format.key)
  if (format.json) {
    return (line, number) => {
      const own = jsonRecord(line, number)
      return { ...common, key, ...own, headers: [...headers, ...(own.headers ?? [])] }
    }
  }
  const nullBytes = format.nullText === undefined ? undefined : Buffer.from(format.nullText)
  const bytesOf = (bytes: Buffer): Buffer | null => (nullBytes?.equals(bytes) ? null : bytes)
  const { keySeparator } = format
  if (keySeparator === undefined) return (line) => ({ ...common, key, value: bytesOf(line) })
  const separator = Buffer.from(keySeparator)
  return (line, number) => {
    const at = line.indexOf(separator)
    if (at < 0)
      throw new UsageError(`line ${number} has no key: there is no ${JSON.stringify(keySeparator)} in it.`)
    const value = line.subarray(at + separator.length)
    return { ...common, key: bytesOf(line.subarray(0, at)), value: bytesOf(value) }
  }
}

type OwnParts = Omit<OutgoingRecord, 'topic' | 'key'> & { readonly key?: Uint8Array | null }

function jsonRecord(line: Buffer, number: number): OwnParts {
  const wrong = (what: string): UsageError =>
    new UsageError(`line ${number} ${what}; it has to be {"key": ..., "value": ..., "headers": {...}}.`)
  let found: unknown
  try {
    found = parseJson(line.toString())
  } catch {
    throw wrong('is no JSON')
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw wrong('is no JSON object')
  const fields = found as Readonly<Record<string, unknown>>
  const { partition, timestamp, headers = {} } = fields
  if (partition !== undefined && !Number.isInteger(partition))
    throw wrong('has a partition that is no number')
  if (timestamp !== undefined && typeof timestamp !== 'number')
    throw wrong('has a timestamp that is no number')
  if (typeof headers !== 'object' || headers === null) throw wrong('has headers that are no object')
  const hasKey = 'key' in fields || 'keyBase64' in fields
  return {
    ...(hasKey && { key: bytesIn(fields, 'key') }),
    value: bytesIn(fields, 'value'),
    headers: Object.entries(headers).map(([key, value]) => ({ key, value: bytesOfJson(value) })),
    ...(typeof partition === 'number' && { partition }),
    ...(typeof timestamp === 'number' && { timestamp }),
  }
}

function bytesIn(fields: Readonly<Record<string, unknown>>, name: 'key' | 'value'): Buffer | null {
  const encoded = fields[`${name}Base64`]
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64') : bytesOfJson(fields[name])
}

/** Text as it is; anything else as JSON. */
function bytesOfJson(value: unknown): Buffer | null {
  if (value === null || value === undefined) return null
  return Buffer.from(typeof value === 'string' ? value : stringifyJson(value as Json))
}
