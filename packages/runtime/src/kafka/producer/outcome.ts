import { errorNames, retriableErrors } from '../error-codes.ts'

/**
 * What a broker's answer means for a batch:
 * - `done`: it is in the log, once.
 * - `again`: send the same bytes again, after the batches before it.
 * - `renew`: the broker has lost track of this producer id; the batch isn't in the log. Send it under a new id.
 * - `split`: too large together.
 * - `unnumbered`: this user may not send numbered batches; it isn't in the log.
 * - `fenced`: another producer has been given this id.
 * - `failed`: it isn't in the log and never will be.
 */
export type Outcome = 'done' | 'again' | 'renew' | 'split' | 'unnumbered' | 'fenced' | 'failed'

/** Errors after which another broker may be the leader. */
const staleMetadata = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'KAFKA_STORAGE_ERROR',
  'REPLICA_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
])

export interface BatchSent {
  /** Every batch before it in its partition is settled. */
  readonly first: boolean
  readonly records: number
  /** It was sent under a producer id. */
  readonly numbered: boolean
  /** Others may be given that producer id. */
  readonly fenced: boolean
}

export function outcomeOf(errorCode: number, batch: BatchSent): Outcome {
  const name = errorNames.get(errorCode) ?? ''
  switch (name) {
    case '':
      return errorCode === 0 ? 'done' : 'failed'
    case 'DUPLICATE_SEQUENCE_NUMBER':
      return 'done'
    case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
      // Something before it is still to come, or else acknowledged records were lost by the broker.
      return batch.first ? 'renew' : 'again'
    case 'INVALID_PRODUCER_EPOCH':
    case 'PRODUCER_FENCED':
      return batch.fenced ? 'fenced' : 'renew'
    case 'UNKNOWN_PRODUCER_ID':
    case 'INVALID_PRODUCER_ID_MAPPING':
      return 'renew'
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return batch.numbered ? 'unnumbered' : 'failed'
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return batch.records > 1 ? 'split' : 'failed'
    default:
      return retriableErrors.has(name) ? 'again' : 'failed'
  }
}

export function needsMetadata(errorCode: number): boolean {
  return staleMetadata.has(errorNames.get(errorCode) ?? '')
}
