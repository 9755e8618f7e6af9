import { type Api, commonVersion } from '../api.ts'
import type { PartitionError } from './group-apis.ts'
import { WireReader, WireWriter } from './wire.ts'

export interface OffsetDeleteRequest {
  readonly groupId: string
  readonly topics: ReadonlyArray<{ readonly topic: string; readonly partitions: readonly number[] }>
}

export interface OffsetDeleteAnswer {
  readonly error: number
  readonly partitions: readonly PartitionError[]
}

const key = 47
const version = 0

/** Forgets committed offsets of a group (KIP-496). Unlike other answers this one tells its error before the throttle time. */
export const offsetDelete: Api<OffsetDeleteRequest, OffsetDeleteAnswer> = {
  name: 'OffsetDelete',
  key,
  prepare: (versions, { groupId, topics }) => ({
    key,
    version: commonVersion('OffsetDelete', { min: version, max: version }, versions.get(key)),
    encode: async () => {
      const to = new WireWriter()
      to.string(groupId).array(topics, ({ topic, partitions }) =>
        to.string(topic).array(partitions, (partition) => to.int32(partition)),
      )
      return to.written()
    },
    decode: async (payload) => {
      const from = new WireReader(payload)
      const error = from.int16()
      from.int32()
      const partitions = from.array(() => {
        const topic = from.string()
        return from.array(() => ({ topic, partition: from.int32(), error: from.int16() }))
      })
      return { error, partitions: partitions.flat() }
    },
  }),
}
