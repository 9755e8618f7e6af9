import { type Api, commonVersion } from '../api.ts'
import { WireReader, WireWriter } from './wire.ts'

/** One version of one call of Kafka's protocol, read and written without kafkajs. */
export interface WireApi<Body extends object, Answer> {
  readonly name: string
  readonly key: number
  readonly version: number
  /** The version is of the flexible encoding (KIP-482). Default false. */
  readonly flexible?: boolean
  write(to: WireWriter, body: Body): void
  /** Reads what follows the throttle time. */
  read(from: WireReader): Answer
}

/** For calls whose newer fields kafkajs leaves out (`group.instance.id`, leader epochs), or whose answers it copies. */
export const wireApi = <Body extends object, Answer>(of: WireApi<Body, Answer>): Api<Body, Answer> => ({
  name: of.name,
  key: of.key,
  prepare: (versions, body) => ({
    key: of.key,
    version: commonVersion(of.name, { min: of.version, max: of.version }, versions.get(of.key)),
    encode: () => {
      const to = new WireWriter()
      // the head of a flexible request ends with tags
      if (of.flexible) to.noTags()
      of.write(to, body)
      return Promise.resolve(to.written())
    },
    decode: (payload) => {
      const from = new WireReader(payload)
      if (of.flexible) from.tags()
      from.int32() // the throttle time: the broker makes the next request wait by itself (KIP-219)
      return Promise.resolve(of.read(from))
    },
  }),
})
