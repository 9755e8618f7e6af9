import type { Converter, Header, RecordData, SchemaAndValue } from '@sluice/template'
import type { OutgoingRecord, RecordHeader } from '../kafka/types.ts'
import type { ConnectorPath } from './connector-path.ts'
import { type DeadLetter, placeOf, replayedFrom } from './letter.ts'

/** What a dead letter becomes: a record to send, nothing (a transform drops it), or a reason in a clause why it can't be sent. */
export type Restored =
  | { readonly record: OutgoingRecord }
  | { readonly dropped: true }
  | { readonly refused: string }

export type PathOf = (letter: DeadLetter) => Promise<Pick<ConnectorPath, 'apply'> | undefined>

export interface RestoreOptions {
  /** In place of the original topic. */
  readonly to?: string | undefined
  /** The key chooses the partition, not the place where the record was. */
  readonly byKey: boolean
  /** Of the source connector that a letter comes from; undefined where it isn't known. */
  readonly pathOf: PathOf
  /** Reads the JSON of a source's dead letters. */
  readonly json: Converter
}

/** The record of a dead letter, without the headers that it got as one, and with one that marks it as sent again. */
export async function restore(letter: DeadLetter, options: RestoreOptions): Promise<Restored> {
  const { origin } = letter
  switch (origin.kind) {
    case 'source':
      return restoreOfSource(letter, origin, options)
    case 'sink': {
      const topic = options.to ?? origin.topic
      const partition = options.byKey || options.to !== undefined ? undefined : origin.partition
      return { record: asItWas(letter, topic, partition) }
    }
    case 'unknown':
      if (options.to !== undefined) return { record: asItWas(letter, options.to, undefined) }
      return {
        refused:
          'no header says where it came from (errors.deadletterqueue.context.headers.enable was false); name its topic by --to',
      }
  }
}

function asItWas(letter: DeadLetter, topic: string, partition: number | undefined): OutgoingRecord {
  const { key, value, timestamp } = letter
  const headers = marked(letter, letter.headers)
  return { topic, key, value, headers, timestamp, ...(partition !== undefined && { partition }) }
}

async function restoreOfSource(
  letter: DeadLetter,
  origin: DeadLetter['origin'] & { kind: 'source' },
  { pathOf, json, to, byKey }: RestoreOptions,
): Promise<Restored> {
  if (origin.inexact.length > 0) {
    return {
      refused: `its ${origin.inexact.join(' and ')} could not be written as their schema says; the source has it at ${origin.partition}, offset ${origin.offset}: set the connector's offset back to read it again`,
    }
  }
  const path = await pathOf(letter)
  if (path === undefined) {
    return {
      refused:
        "it comes from a source, and its connector's transforms and converters are needed: give its settings by --config, or a worker that runs it by --rest",
    }
  }
  try {
    const converted = await path.apply(polledRecord(letter, origin, json))
    if (converted === null) return { dropped: true }
    const { topic, partition, key, value, headers = [], timestamp = letter.timestamp } = converted
    const kept = byKey || to !== undefined ? undefined : partition
    return {
      record: {
        topic: to ?? topic,
        key,
        value,
        timestamp,
        headers: marked(letter, headers),
        ...(kept !== undefined && { partition: kept }),
      },
    }
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) }
  }
}

/** What the source gave, read from its JSON. Throws for JSON that is not what Sluice writes. */
function polledRecord(
  letter: DeadLetter,
  { topic, topicPartition: partition }: DeadLetter['origin'] & { kind: 'source' },
  json: Converter,
): RecordData {
  const read = (bytes: Uint8Array | null): SchemaAndValue =>
    json.fromBytes({ topic }, bytes) as SchemaAndValue
  const key = read(letter.key)
  const value = read(letter.value)
  const headers = letter.headers
    .filter((one) => one.key !== replayedFrom)
    .map((one): Header => {
      const { value: inner, schema } = read(one.value)
      return { key: one.key, value: inner, ...(schema && { schema }) }
    })
  return {
    topic,
    partition,
    key: key.value,
    keySchema: key.schema,
    value: value.value,
    valueSchema: value.schema,
    headers,
    timestamp: letter.timestamp,
  }
}

/** The marker of an earlier time gives way. */
function marked(letter: DeadLetter, headers: readonly RecordHeader[]): readonly RecordHeader[] {
  const own = headers.filter(({ key }) => key !== replayedFrom)
  return [...own, { key: replayedFrom, value: Buffer.from(placeOf(letter)) }]
}
