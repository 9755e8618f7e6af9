import { wireApi } from './group/wire-api.ts'
import type { Cluster } from './cluster.ts'
import type { CallOptions } from './broker.ts'
import { KafkaError } from './types.ts'

/** Metadata of one topic with its id (KIP-516); brokers know ids since Kafka 2.8. */
const topicIdApi = wireApi<{ readonly topic: string }, string | undefined>({
  name: 'Metadata',
  key: 3,
  version: 10,
  flexible: true,
  write: (to, { topic }) =>
    to
      .compactArray([topic], (name) => to.int64(0n).int64(0n).compactString(name).noTags())
      // nothing is made, and nobody's rights are asked for
      .boolean(false)
      .boolean(false)
      .boolean(false)
      .noTags(),
  read: (from) => {
    from.compactArray(() => {
      from.int32()
      from.compactString()
      from.int32()
      from.compactNullableString()
      from.tags()
    })
    from.compactNullableString()
    from.int32()
    // one topic was asked for: what follows its id is of no concern
    if (from.unsignedVarint() < 2 || from.int16() !== 0) return undefined
    from.compactString()
    const id = [from.int64(), from.int64()]
    return id.every((half) => half === 0n)
      ? undefined
      : id.map((half) => BigInt.asUintN(64, half).toString(16)).join('-')
  },
})

/**
 * What tells a topic from another one that was made under its name when it was gone. Undefined where there is none at the moment, or where brokers know
 * no ids. Rejects with a KafkaError where no broker answers.
 */
export async function topicId(
  cluster: Cluster,
  topic: string,
  options: CallOptions = {},
): Promise<string | undefined> {
  try {
    return await cluster.anyBroker((broker) => broker.call(topicIdApi, { topic }, options))
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION') return undefined
    throw error
  }
}
