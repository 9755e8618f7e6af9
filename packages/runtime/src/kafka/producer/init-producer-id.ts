import { commonVersion, defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { protocolError } from '../errors.ts'

/** An id for idempotent batches and its epoch. Of one id brokers take batches of the newest epoch they know. */
export interface ProducerId {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** `last`: only whoever holds this, the newest one, is given another (KIP-360); absent: whoever asks is. */
export interface FencedRequest {
  readonly transactionalId: string
  readonly last: ProducerId | undefined
  /** After so long the coordinator aborts a transaction; absent: none is ever begun. */
  readonly transactionTimeoutMs?: number
}

const key = 22
const doing = 'asking for a producer id'
/** Where no transaction is ever begun; a broker wants it above 0 and below its `transaction.max.timeout.ms`. */
const transactionTimeout = 10_000
const timeoutMs = 30_000

const api = defineApi<
  { readonly transactionalId: string | null; readonly transactionTimeout: number },
  { readonly errorCode: number; readonly producerId: string; readonly producerEpoch: number }
>('InitProducerId', { errors: 'keep' })

/** A new producer id, of which this is the only epoch that anybody is given; or the next epoch of a transactional id. */
export async function initProducerId(broker: Broker, fenced?: FencedRequest): Promise<ProducerId> {
  if (fenced?.last && (await speaksOfLast(broker)))
    return initAfter(broker, fenced.transactionalId, fenced.last)
  const body = fenced
    ? {
        transactionalId: fenced.transactionalId,
        transactionTimeout: fenced.transactionTimeoutMs ?? transactionTimeout,
      }
    : { transactionalId: null, transactionTimeout: 0 }
  const { errorCode, producerId, producerEpoch } = await broker.call(api, body)
  if (errorCode !== 0) throw protocolError(errorCode, doing)
  return { producerId: BigInt(producerId), producerEpoch }
}

/** Version 3 is of Kafka 2.5; 4 has the same fields. kafkajs knows neither. */
const withLast = { min: 3, max: 4 }

async function speaksOfLast(broker: Broker): Promise<boolean> {
  const { versions } = await broker.connection()
  return (versions.get(key)?.max ?? 0) >= withLast.min
}

async function initAfter(broker: Broker, transactionalId: string, last: ProducerId): Promise<ProducerId> {
  const body = encodeInit(transactionalId, last)
  const payload = await broker.exchange(({ versions }) => {
    const version = commonVersion('InitProducerId', withLast, versions.get(key))
    return { name: 'InitProducerId', key, version, body: [body], timeoutMs }
  })
  // an empty list of tags, the throttle time
  const at = 1 + 4
  const errorCode = payload.readInt16BE(at)
  if (errorCode !== 0) throw protocolError(errorCode, doing)
  return { producerId: payload.readBigInt64BE(at + 2), producerEpoch: payload.readInt16BE(at + 10) }
}

/** In the flexible encoding, whose head ends with an empty list of tags (KIP-482). */
function encodeInit(transactionalId: string, { producerId, producerEpoch }: ProducerId): Buffer {
  const id = Buffer.from(transactionalId)
  const rest = Buffer.alloc(4 + 8 + 2 + 1)
  rest.writeInt32BE(transactionTimeout, 0)
  rest.writeBigInt64BE(producerId, 4)
  rest.writeInt16BE(producerEpoch, 12)
  return Buffer.concat([Buffer.of(0), unsignedVarint(id.length + 1), id, rest])
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80)
  return Buffer.from([...bytes, left])
}
