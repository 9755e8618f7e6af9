import type { Json, SourceOrigin } from '@sluice/template'
import { kindAt } from '../../errors/stages.ts'
import { type Delivery, KafkaError, type OutgoingRecord } from '../../kafka/types.ts'
import type { Outgoing } from '../outgoing.ts'
import type { SourceParts } from '../source-parts.ts'
import { sourcePlace } from '../source-place.ts'
import type { RefusedRecords } from './refused-records.ts'

/** Whatever isn't delivered ends the transaction; where it is a record's own fault that may be tolerated, it is remembered for the next try. */
export function settleDelivery({
  delivery,
  parts: { flow, used, halting },
  refused,
}: {
  readonly delivery: Delivery<OutgoingRecord>
  readonly parts: SourceParts
  readonly refused: RefusedRecords
}): void {
  const { inFlight, metrics } = flow
  const { error } = delivery
  const records = delivery.records.filter(isPolled)
  if (error) for (const record of delivery.records) fail(record, error)
  else if (records.length > 0) {
    metrics.add('source-record-write-total', records.length)
    // records that were delivered together are of one topic
    used.add(records[0]!.topic)
    for (const { submitted } of records) submitted.acknowledge()
  }
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
  inFlight.settle(records.length, bytes)
  metrics.set('source-record-active-count', inFlight.records)
  metrics.measure('source-record-active-count', inFlight.records)

  function fail(record: OutgoingRecord, cause: KafkaError): void {
    if (!isPolled(record) || kindAt('KAFKA_PRODUCE', cause) !== 'record') return halting.fail(cause)
    const { topic, partition, submitted, polled } = record
    const origin = submitted.origin as SourceOrigin<Json>
    const place = polled ? sourcePlace(polled()) : { topic, partition, source: origin }
    try {
      flow.errors.tolerate({ stage: 'KAFKA_PRODUCE', error: cause, by: 'the producer', record: place })
      refused.add(record, { origin, error: cause })
      halting.fail(onceMore(cause))
    } catch (intolerable) {
      halting.fail(intolerable)
    }
  }
}

function isPolled(record: OutgoingRecord): record is Outgoing {
  return 'submitted' in record
}

function onceMore(cause: KafkaError): KafkaError {
  const message = `A transaction is begun again without a record that was refused: ${cause.message}`
  return new KafkaError(message, { code: 'TRANSACTION_FAILED', retriable: true, cause })
}
