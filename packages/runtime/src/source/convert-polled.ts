import type { Converter, Header, OffsetOnly, RecordData, SourceRecord } from '@sluice/template'
import type { Converters } from '../converters/open-converters.ts'
import { culprit } from '../errors/culprit.ts'
import type { RecordErrors } from '../errors/record-errors.ts'
import { firstStep, type Step } from '../errors/step.ts'
import type { RecordHeader } from '../kafka/types.ts'
import { all, isPromise, mapEach } from '../task/maybe-promise.ts'
import type { Passage, TransformChain } from '../transforms/chain.ts'
import { type Converted, SetAside } from './outgoing.ts'
import { sourcePlace } from './source-place.ts'

export interface ConvertPolledOptions {
  readonly chain: TransformChain
  readonly converters: Converters
  readonly errors: RecordErrors
}

type Item = SourceRecord | OffsetOnly
type Outcome = Converted | SetAside | null

/** What became of an item in the chain, where that went through it before the item was found to need this way. */
export type Begun = (Passage & { readonly failed: boolean; readonly error: unknown }) | null

/**
 * Transforms and converts what was polled: null in place of what only moves the offset or was dropped. Throws what ends the task. A promise
 * only where a converter needs one. `begun` are the same items, by their index, of which null was dropped.
 */
export function convertPolled(
  options: ConvertPolledOptions,
  items: readonly Item[],
  begun?: readonly Begun[],
): readonly Outcome[] | Promise<readonly Outcome[]> {
  const outcomes = mapEach(items, (item, index) =>
    item.topic === undefined ? null : convertRecord(options, item, begun?.[index]),
  )
  return outcomes.some(isPromise) ? all(outcomes) : (outcomes as Outcome[])
}

function convertRecord(
  options: ConvertPolledOptions,
  record: SourceRecord,
  begun: Begun | undefined,
): Outcome | Promise<Outcome> {
  if (begun === null) return null
  const step = begun ? stepOf(record, begun) : firstStep('TRANSFORMATION')
  const attempt = (): Outcome | Promise<Outcome> => {
    step.stage = 'TRANSFORMATION'
    const transformed = options.chain.empty ? record : options.chain.apply(record, step)
    return transformed && toBytes(options.converters, { record: transformed, step })
  }
  try {
    if (begun?.failed) throw begun.error
    const outcome = attempt()
    return isPromise(outcome) ? outcome.catch((error: unknown) => settle(error)) : outcome
  } catch (error) {
    return settle(error)
  }

  function settle(error: unknown): Outcome | Promise<Outcome> {
    if (options.errors.retries(step.stage, error)) {
      return options.errors.retry(step.stage, attempt).catch(setAside)
    }
    return setAside(error)
  }

  function setAside(error: unknown): SetAside {
    options.errors.throwIfStopped(error)
    const failure = { stage: step.stage, error, ...culprit(options, step) }
    options.errors.tolerate({ ...failure, record: sourcePlace(record) })
    return new SetAside(record, failure)
  }
}

/** The chain has seen no key and no value, so it has changed neither. */
function stepOf({ key, keySchema, value, valueSchema }: SourceRecord, { at, record }: Passage): Step {
  return {
    stage: 'TRANSFORMATION',
    at,
    record: record && { ...record, key, keySchema, value, valueSchema },
  }
}

/** A record in bytes, by the connector's converters. */
export function toBytes(
  converters: Converters,
  { record, step }: { record: RecordData; step: Step },
): Converted | Promise<Converted> {
  const { topic, partition, timestamp } = record
  step.stage = 'HEADER_CONVERTER'
  const headers =
    record.headers && record.headers.length > 0 ? headerBytes(converters.header, record) : undefined
  step.stage = 'KEY_CONVERTER'
  const key = converters.key.toBytes(record, { schema: record.keySchema, value: record.key })
  if (isPromise(key) || isPromise(headers)) return later()
  step.stage = 'VALUE_CONVERTER'
  const value = converters.value.toBytes(record, { schema: record.valueSchema, value: record.value })
  if (isPromise(value))
    return value.then((bytes) => ({ topic, partition, timestamp, headers, key, value: bytes }))
  return { topic, partition, timestamp, headers, key, value }

  async function later(): Promise<Converted> {
    step.stage = 'HEADER_CONVERTER'
    const awaitedHeaders = await headers
    step.stage = 'KEY_CONVERTER'
    const awaitedKey = await key
    step.stage = 'VALUE_CONVERTER'
    const awaitedValue = await converters.value.toBytes(record, {
      schema: record.valueSchema,
      value: record.value,
    })
    return { topic, partition, timestamp, headers: awaitedHeaders, key: awaitedKey, value: awaitedValue }
  }
}

/** All headers of a record in bytes. */
export function headerBytes(
  converter: Converter,
  record: { readonly topic: string; readonly headers?: readonly Header[] | undefined },
): readonly RecordHeader[] | Promise<readonly RecordHeader[]> {
  const headers = record.headers ?? []
  const values = headers.map(({ key, value, schema }) =>
    converter.toBytes({ topic: record.topic, header: key }, { schema, value }),
  )
  const named = (converted: readonly (Uint8Array | null)[]): readonly RecordHeader[] =>
    converted.map((value, index) => ({ key: headers[index]!.key, value }))
  return values.some(isPromise) ? all(values).then(named) : named(values as (Uint8Array | null)[])
}
