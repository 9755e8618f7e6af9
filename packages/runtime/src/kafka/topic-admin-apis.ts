import { wireApi } from './group/wire-api.ts'

/** `count` is how many partitions there are to be in all. */
export const createPartitions = wireApi<
  { readonly topic: string; readonly count: number; readonly timeoutMs: number },
  ReadonlyArray<{ readonly error: number; readonly message: string | null }>
>({
  name: 'CreatePartitions',
  key: 37,
  version: 1,
  write: (to, { topic, count, timeoutMs }) =>
    to
      // null: the broker chooses where they are
      .array([topic], (name) => to.string(name).int32(count).int32(-1))
      .int32(timeoutMs)
      .boolean(false),
  read: (from) =>
    from.array(() => {
      from.string()
      return { error: from.int16(), message: from.nullableString() }
    }),
})

const topicResource = 2
const set = 0
const remove = 1

/** KIP-339: what isn't named stays as it is. A null takes the topic's own value away, so that the broker's counts. */
export const incrementalAlterConfigs = wireApi<
  { readonly topic: string; readonly configs: ReadonlyArray<readonly [string, string | null]> },
  ReadonlyArray<{ readonly error: number; readonly message: string | null }>
>({
  name: 'IncrementalAlterConfigs',
  key: 44,
  version: 0,
  write: (to, { topic, configs }) =>
    to
      .array([topic], (name) =>
        to
          .int8(topicResource)
          .string(name)
          .array(configs, ([key, value]) =>
            to
              .string(key)
              .int8(value === null ? remove : set)
              .string(value),
          ),
      )
      .boolean(false),
  read: (from) =>
    from.array(() => {
      const result = { error: from.int16(), message: from.nullableString() }
      from.int8()
      from.string()
      return result
    }),
})

export interface ListedGroup {
  readonly groupId: string
  readonly protocolType: string
  readonly state: string
}

/** Of one broker: those that it coordinates. With states since Kafka 2.6 (KIP-518). */
export const listGroups = wireApi<
  object,
  { readonly error: number; readonly groups: readonly ListedGroup[] }
>({
  name: 'ListGroups',
  key: 16,
  version: 4,
  flexible: true,
  write: (to) => to.compactArray([], () => {}).noTags(),
  read: (from) => {
    const error = from.int16()
    const groups = from.compactArray(() => {
      const group = {
        groupId: from.compactString(),
        protocolType: from.compactString(),
        state: from.compactString(),
      }
      from.tags()
      return group
    })
    return { error, groups }
  },
})

export interface DescribedMember {
  readonly memberId: string
  readonly clientId: string
  readonly host: string
  readonly assignment: Buffer
}

export const describeGroup = wireApi<
  { readonly groupId: string },
  {
    readonly error: number
    readonly state: string
    readonly protocolType: string
    readonly protocol: string
    readonly members: readonly DescribedMember[]
  }
>({
  name: 'DescribeGroups',
  key: 15,
  version: 4,
  write: (to, { groupId }) => to.array([groupId], (id) => to.string(id)).boolean(false),
  read: (from) => {
    const [group] = from.array(() => {
      const error = from.int16()
      from.string()
      const [state, protocolType, protocol] = [from.string(), from.string(), from.string()]
      const members = from.array(() => {
        const memberId = from.string()
        from.nullableString() // group.instance.id
        const [clientId, host] = [from.string(), from.string()]
        from.bytes() // metadata
        return { memberId, clientId, host, assignment: from.bytes() ?? Buffer.alloc(0) }
      })
      from.int32() // authorized operations
      return { error, state, protocolType, protocol, members }
    })
    return group ?? { error: 0, state: 'Dead', protocolType: '', protocol: '', members: [] }
  },
})
