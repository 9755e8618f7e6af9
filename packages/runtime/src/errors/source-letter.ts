import {
  type Converter,
  type Logger,
  type RecordSchema,
  type SourceRecord,
  stringifyJson,
} from '@sluice/template'
import { jsonConverter } from '../converters/json/json-converter.ts'
import type { LetterContent } from './dead-letters.ts'
import { readableJson } from './readable-json.ts'

/** Headers that every dead letter of a source has. */
export const sourceHeaderNames = {
  topic: '__sluice.source.topic',
  /** Of the topic, where the source chooses it. */
  topicPartition: '__sluice.source.topic.partition',
  partition: '__sluice.source.partition',
  offset: '__sluice.source.offset',
  /** Names the parts (key, value, headers) that are only JSON for people, for they are not what their schema says. */
  inexact: '__sluice.source.inexact',
} as const

/** JSON with schemas that gives back exactly what was written: null stays null also where a field has a default. */
export function openLetterJson(log: Logger): Converter {
  const config = {
    schemasEnable: true,
    schemaContent: undefined,
    schemasCacheSize: 1000,
    decimalFormat: 'BASE64',
    replaceNullWithDefault: false,
  } as const
  const context = { config, role: 'value', log } as const
  return jsonConverter.open(context)
}

/**
 * A record of a source as a dead letter: key, value and the values of headers each as JSON with its schema, and the source's partition and
 * offset as headers. Never throws: what is not as its schema says is written for people, and said to be so.
 */
export function sourceLetter(json: Converter, record: SourceRecord): LetterContent {
  const { topic, origin, headers = [], timestamp } = record
  const target = { topic }
  const inexact = new Set<string>()
  const write = (part: string, value: unknown, schema: RecordSchema | undefined): Uint8Array | null => {
    try {
      return json.toBytes(target, { schema: schema ?? schemaOfBytes(value), value }) as Uint8Array | null
    } catch {
      inexact.add(part)
      return Buffer.from(`{"schema":null,"payload":${readableJson(value)}}`)
    }
  }
  const key = write('key', record.key ?? null, record.keySchema)
  const value = write('value', record.value, record.valueSchema)
  const own = headers.map((one) => ({ key: one.key, value: write('headers', one.value, one.schema) }))
  const texts = [
    [sourceHeaderNames.topic, topic],
    ...(record.partition === undefined
      ? []
      : [[sourceHeaderNames.topicPartition, String(record.partition)] as const]),
    [sourceHeaderNames.partition, stringifyJson(origin.partition)],
    [sourceHeaderNames.offset, stringifyJson(origin.offset)],
    ...(inexact.size === 0 ? [] : [[sourceHeaderNames.inexact, [...inexact].join(',')] as const]),
  ] as const
  const ours = texts.map(([name, text]) => ({ key: name, value: Buffer.from(text) }))
  return { key, value, headers: [...own, ...ours], timestamp }
}

/** Bytes without a schema would come back as text. */
function schemaOfBytes(value: unknown): RecordSchema | undefined {
  return value instanceof Uint8Array ? { type: 'bytes' } : undefined
}
