import apiKeys from 'kafkajs/src/protocol/requests/apiKeys.js'
import kafkajs from 'kafkajs/src/protocol/requests/index.js'
import { KafkaError } from './types.ts'

export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** What a broker speaks, by API key. */
export type BrokerVersions = ReadonlyMap<number, VersionRange>

/**
 * One request of the protocol with the types of its body and of its answer, encoded and decoded by kafkajs:
 * `const heartbeat = defineApi<{ groupId: string, ... }, { errorCode: number }>('Heartbeat')`.
 */
export interface Api<Body extends object, Answer> {
  readonly name: string
  readonly key: number
  prepare(versions: BrokerVersions, body: Body): PreparedCall<Answer>
}

export interface PreparedCall<Answer> {
  readonly key: number
  readonly version: number
  encode(): Promise<Buffer>
  decode(payload: Buffer): Promise<Answer>
}

/**
 * `Answer` is what kafkajs's decoder of the newest version returns (see its sources). `errors: 'keep'` leaves error codes in
 * the answer for the caller; the default throws the first one found.
 */
export function defineApi<Body extends object, Answer>(
  name: string,
  how: { errors?: 'throw' | 'keep' } = {},
): Api<Body, Answer> {
  const definition = kafkajs.requests[name]
  const key = apiKeys[name]
  if (!definition || key === undefined) throw new Error(`kafkajs has no request named ${name}.`)
  const versions = definition.versions.map(Number)
  const ours = { min: Math.min(...versions), max: Math.max(...versions) }
  return {
    name,
    key,
    prepare(theirs, body) {
      const version = commonVersion(name, ours, theirs.get(key))
      const { request, response } = definition.protocol({ version })(body)
      return {
        key,
        version,
        encode: async () => (await request.encode()).buffer,
        // The border: kafkajs has no types for its answers, the definition states them.
        decode: async (payload) => {
          const decoded = await response.decode(payload)
          return (how.errors === 'keep' ? decoded : await response.parse(decoded)) as Answer
        },
      }
    },
  }
}

/** The newest version that both sides speak. */
export function commonVersion(name: string, ours: VersionRange, theirs: VersionRange | undefined): number {
  const version = Math.min(ours.max, theirs?.max ?? -1)
  if (theirs && version >= Math.max(ours.min, theirs.min)) return version
  const spoken = theirs ? `versions ${theirs.min} to ${theirs.max}` : 'none'
  throw new KafkaError(
    `The broker speaks ${spoken} of ${name}, this client ${ours.min} to ${ours.max}: brokers from 2.4 to 4.x work.`,
    { code: 'UNSUPPORTED_VERSION', retriable: false },
  )
}
