import type { ConnectRecord, Header, RecordData, SchemaAndValue, SinkOrigin } from '@sluice/template'
import type { Converters } from '../converters/open-converters.ts'
import { culprit } from '../errors/culprit.ts'
import type { RecordErrors } from '../errors/record-errors.ts'
import { firstStep, type Step } from '../errors/step.ts'
import type { FetchedBatch } from '../kafka/types.ts'
import { all, isPromise, mapEach } from '../task/maybe-promise.ts'
import type { TransformChain } from '../transforms/chain.ts'
import { type Again, Arrival, Arrived } from './arrived.ts'
import type { Rejections } from './rejections.ts'

export interface ConvertFetchedOptions {
  readonly chain: TransformChain
  readonly converters: Converters
  readonly errors: RecordErrors
  readonly rejections: Pick<Rejections, 'setAside'>
}

type Outcome = Arrived | null

/**
 * Converts and transforms what was fetched. What a transform dropped is left out, and so is what is set aside. Throws what ends the task.
 * A promise only where a converter needs one.
 */
export function convertFetched(
  options: ConvertFetchedOptions,
  batches: readonly FetchedBatch[],
): readonly Arrived[] | Promise<readonly Arrived[]> {
  const again = againOf(options)
  const arrivals = batches.flatMap((batch) => batch.records.map((fetched) => new Arrival(batch, fetched)))
  const outcomes = mapEach(arrivals, (arrival) => convertOne(options, arrival, again))
  return outcomes.some(isPromise) ? all(outcomes).then(present) : present(outcomes as Outcome[])
}

function present(outcomes: readonly Outcome[]): readonly Arrived[] {
  return outcomes.filter((outcome) => outcome !== null)
}

/** Only what converters alone make can be made once more: a transform may have a state. */
function againOf({ chain, converters }: ConvertFetchedOptions): Again | undefined {
  if (!chain.empty) return undefined
  return (arrival) => {
    const data = fromBytes(converters, { arrival, step: firstStep('VALUE_CONVERTER') })
    if (isPromise(data)) throw new TypeError('A converter that needed no promise at first needs one now.')
    return data
  }
}

function convertOne(
  options: ConvertFetchedOptions,
  arrival: Arrival,
  again: Again | undefined,
): Outcome | Promise<Outcome> {
  const { chain, converters } = options
  const step = firstStep('HEADER_CONVERTER')
  const vouched = converters.value.bytesAreJson === true && !chain.touches.has('value')
  const finish = (data: RecordData, how: { readonly again: Again | undefined }): Outcome => {
    step.stage = 'TRANSFORMATION'
    const transformed = chain.empty ? data : chain.apply(data, step)
    return transformed && new Arrived(arrival, transformed, { bytesAreJson: vouched, ...how })
  }
  const attempt = (): Outcome | Promise<Outcome> => {
    const data = fromBytes(converters, { arrival, step })
    return isPromise(data)
      ? data.then((later) => finish(later, { again: undefined }))
      : finish(data, { again })
  }
  try {
    const outcome = attempt()
    return isPromise(outcome) ? outcome.catch(settle) : outcome
  } catch (error) {
    return settle(error)
  }

  function settle(thrown: unknown): Outcome | Promise<Outcome> {
    return options.errors.retries(step.stage, thrown)
      ? options.errors.retry(step.stage, attempt).catch(setAside)
      : setAside(thrown)
  }

  function setAside(error: unknown): null {
    options.errors.throwIfStopped(error)
    options.rejections.setAside(arrival, { stage: step.stage, error, ...culprit(options, step) })
    return null
  }
}

function fromBytes(
  converters: Converters,
  { arrival, step }: { arrival: Arrival; step: Step },
): RecordData | Promise<RecordData> {
  const { fetched } = arrival
  step.stage = 'HEADER_CONVERTER'
  const headers = headersOf(converters, arrival)
  step.stage = 'KEY_CONVERTER'
  const key = converters.key.fromBytes(arrival, fetched.key)
  step.stage = 'VALUE_CONVERTER'
  const value = converters.value.fromBytes(arrival, fetched.value)
  if (isPromise(headers) || isPromise(key) || isPromise(value)) return later()
  return data(headers, key, value)

  async function later(): Promise<RecordData> {
    step.stage = 'HEADER_CONVERTER'
    const awaitedHeaders = await headers
    step.stage = 'KEY_CONVERTER'
    const awaitedKey = await key
    step.stage = 'VALUE_CONVERTER'
    return data(awaitedHeaders, awaitedKey, await value)
  }

  function data(
    ofHeaders: readonly Header[],
    ofKey: SchemaAndValue,
    ofValue: SchemaAndValue,
  ): ConnectRecord<SinkOrigin> {
    return {
      origin: arrival,
      topic: arrival.topic,
      partition: arrival.partition,
      key: ofKey.value,
      keySchema: ofKey.schema,
      value: ofValue.value,
      valueSchema: ofValue.schema,
      headers: ofHeaders,
      timestamp: fetched.timestamp,
    }
  }
}

const noHeaders: readonly Header[] = []

function headersOf(
  converters: Converters,
  { topic, fetched }: Arrival,
): readonly Header[] | Promise<readonly Header[]> {
  if (fetched.headers.length === 0) return noHeaders
  const values = fetched.headers.map(({ key, value }) =>
    converters.header.fromBytes({ topic, header: key }, value),
  )
  const named = (converted: readonly SchemaAndValue[]): readonly Header[] =>
    converted.map(({ value, schema }, index) => ({
      key: fetched.headers[index]!.key,
      value,
      ...(schema && { schema }),
    }))
  return values.some(isPromise) ? all(values).then(named) : named(values as SchemaAndValue[])
}
