import type { Broker } from '../broker.ts'
import { protocolError } from '../errors.ts'
import { wireApi } from '../group/wire-api.ts'
import { WireReader, WireWriter } from '../group/wire.ts'
import type { TopicPartition } from '../types.ts'
import type { ProducerId } from './init-producer-id.ts'

/**
 * The calls of a transaction's life at its coordinator. Two protocols (KIP-890): in the second each transaction has an epoch of its own, which
 * `EndTxn` hands out, and a partition joins with the first batch that is written to it.
 */

interface Ongoing extends ProducerId {
  readonly transactionalId: string
}

export interface AddPartitionsRequest extends Ongoing {
  readonly partitions: readonly TopicPartition[]
}

/** The last version without the flexible encoding that Kafka 2.4 knows. The answer: the error of each partition. */
export const addPartitionsApi = wireApi<AddPartitionsRequest, readonly number[]>({
  name: 'AddPartitionsToTxn',
  key: 24,
  version: 1,
  write: (to, { transactionalId, producerId, producerEpoch, partitions }) => {
    to.string(transactionalId).int64(producerId).int16(producerEpoch)
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)]
    to.array(topics, ([topic, ones]) => to.string(topic).array(ones, ({ partition }) => to.int32(partition)))
  },
  read: (from) =>
    from
      .array(() => {
        from.string()
        return from.array(() => {
          from.int32()
          return from.int16()
        })
      })
      .flat(),
})

export interface EndRequest extends Ongoing {
  readonly committed: boolean
}

export const endTxnApi = wireApi<EndRequest, { readonly errorCode: number }>({
  name: 'EndTxn',
  key: 26,
  version: 1,
  write: (to, { transactionalId, producerId, producerEpoch, committed }) =>
    to.string(transactionalId).int64(producerId).int16(producerEpoch).boolean(committed),
  read: (from) => ({ errorCode: from.int16() }),
})

/** Of the second protocol: the answer names under what the next transaction runs. */
export const endTxnWithEpochApi = wireApi<EndRequest, ProducerId & { readonly errorCode: number }>({
  name: 'EndTxn',
  key: 26,
  version: 5,
  flexible: true,
  write: (to, { transactionalId, producerId, producerEpoch, committed }) =>
    to.compactString(transactionalId).int64(producerId).int16(producerEpoch).boolean(committed).noTags(),
  read: (from) => ({ errorCode: from.int16(), producerId: from.int64(), producerEpoch: from.int16() }),
})

/** What a coordinator holds of a transactional id. */
export interface TransactionView extends ProducerId {
  readonly errorCode: number
  /** Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort, Dead, PrepareEpochFence. */
  readonly state: string
}

/** KIP-664; brokers know it since Kafka 3.0. */
export const describeTransactionApi = wireApi<{ readonly transactionalId: string }, TransactionView>({
  name: 'DescribeTransactions',
  key: 65,
  version: 0,
  flexible: true,
  write: (to, { transactionalId }) =>
    to.compactArray([transactionalId], (id) => to.compactString(id)).noTags(),
  read: (from) => {
    const [view] = from.compactArray(() => {
      const errorCode = from.int16()
      from.compactString()
      const state = from.compactString()
      from.int32()
      from.int64()
      return { errorCode, state, producerId: from.int64(), producerEpoch: from.int16() }
    })
    return view ?? { errorCode: 0, state: 'Dead', producerId: -1n, producerEpoch: -1 }
  },
})

const apiVersionsKey = 18
const produceKey = 0

/** Does the cluster have the second protocol switched on, the feature `transaction.version`? */
export async function speaksOfEpochs(broker: Broker, timeoutMs: number): Promise<boolean> {
  const { versions } = await broker.connection()
  const reaches = (key: number, version: number): boolean => (versions.get(key)?.max ?? -1) >= version
  if (!reaches(endTxnWithEpochApi.key, 5) || !reaches(produceKey, 12) || !reaches(apiVersionsKey, 3))
    return false
  const body = new WireWriter().noTags().compactString('sluice').compactString('1').noTags().written()
  const answer = await broker.exchange(() => ({
    name: 'ApiVersions',
    key: apiVersionsKey,
    version: 3,
    body: [body],
    timeoutMs,
  }))
  return (featuresOf(answer).get('transaction.version') ?? 0) >= 2
}

/** The features that the whole cluster has, with their levels. The head of this answer has no tags, in any version. */
function featuresOf(answer: Buffer): ReadonlyMap<string, number> {
  const from = new WireReader(answer)
  const errorCode = from.int16()
  if (errorCode !== 0) throw protocolError(errorCode, 'asking for the features of the cluster')
  from.compactArray(() => [from.int16(), from.int16(), from.int16(), from.tags()])
  from.int32()
  const features = new Map<string, number>()
  from.tags((tag, own) => {
    if (tag !== finalizedFeatures) return
    own.compactArray(() => {
      features.set(own.compactString(), own.int16())
      own.int16()
      own.tags()
    })
  })
  return features
}

const finalizedFeatures = 2
