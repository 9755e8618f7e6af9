import { defineApi } from '../api.ts'
import { backoffMs } from '../backoff.ts'
import type { Cluster } from '../cluster.ts'
import { asKafkaError, protocolError } from '../errors.ts'
import { sleep } from '../sleep.ts'
import { Trouble } from '../trouble.ts'
import type { KafkaError, KafkaOptions } from '../types.ts'

/** Under what a producer's batches are numbered. Each id is used for a partition's numbers once. */
export interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

export const noIdentity: Identity = { producerId: -1n, producerEpoch: -1 }

const initProducerIdApi = defineApi<
  { readonly transactionalId: string | null; readonly transactionTimeout: number },
  { readonly errorCode: number; readonly producerId: string; readonly producerEpoch: number }
>('InitProducerId', { errors: 'keep' })

/** A new producer id. Waits as long as brokers can't give one; rejects with what isn't retriable. */
export async function newIdentity(cluster: Cluster, log: KafkaOptions['log']): Promise<Identity> {
  const trouble = new Trouble('Asking for a producer id', { log })
  const { retryBackoffMs: first, retryBackoffMaxMs: max } = cluster.config
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await askIdentity(cluster)
    } catch (error) {
      const kafkaError: KafkaError = asKafkaError(error, 'asking for a producer id')
      if (!kafkaError.retriable) throw kafkaError
      trouble.goesOn(kafkaError)
      await sleep(backoffMs({ first, max, attempt }), cluster.signal)
    }
  }
}

async function askIdentity(cluster: Cluster): Promise<Identity> {
  const body = { transactionalId: null, transactionTimeout: 0 }
  const answer = await cluster.anyBroker((broker) => broker.call(initProducerIdApi, body))
  if (answer.errorCode !== 0) throw protocolError(answer.errorCode, 'asking for a producer id')
  return { producerId: BigInt(answer.producerId), producerEpoch: answer.producerEpoch }
}
