import { wireApi } from './wire-api.ts'

/**
 * The calls of a group's member, in the versions of Kafka 2.4 and later: the first that know `group.instance.id` throughout.
 * https://kafka.apache.org/protocol
 */

export interface Member {
  readonly groupId: string
  readonly generation: number
  readonly memberId: string
  readonly instanceId: string | null
}

export interface Coordinator {
  readonly error: number
  readonly nodeId: number
  readonly host: string
  readonly port: number
}

export const findCoordinator = wireApi<{ readonly groupId: string }, Coordinator>({
  name: 'FindCoordinator',
  key: 10,
  version: 2,
  write: (to, { groupId }) => to.string(groupId).int8(0),
  read: (from) => {
    const error = from.int16()
    from.nullableString()
    return { error, nodeId: from.int32(), host: from.string(), port: from.int32() }
  },
})

export interface JoinRequest {
  readonly groupId: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly memberId: string
  readonly instanceId: string | null
  readonly protocolType: string
  readonly protocols: ReadonlyArray<{ readonly name: string; readonly metadata: Uint8Array }>
}

export interface JoinAnswer {
  readonly error: number
  readonly generation: number
  readonly protocol: string
  readonly leaderId: string
  readonly memberId: string
  /** Empty unless this member leads. */
  readonly members: ReadonlyArray<{
    readonly memberId: string
    readonly instanceId: string | null
    readonly metadata: Buffer
  }>
}

export const joinGroup = wireApi<JoinRequest, JoinAnswer>({
  name: 'JoinGroup',
  key: 11,
  version: 5,
  write: (to, request) =>
    to
      .string(request.groupId)
      .int32(request.sessionTimeoutMs)
      .int32(request.rebalanceTimeoutMs)
      .string(request.memberId)
      .string(request.instanceId)
      .string(request.protocolType)
      .array(request.protocols, ({ name, metadata }) => to.string(name).bytes(metadata)),
  read: (from) => ({
    error: from.int16(),
    generation: from.int32(),
    protocol: from.string(),
    leaderId: from.string(),
    memberId: from.string(),
    members: from.array(() => ({
      memberId: from.string(),
      instanceId: from.nullableString(),
      metadata: from.bytes() ?? Buffer.alloc(0),
    })),
  }),
})

export interface SyncRequest extends Member {
  /** Empty unless this member leads. */
  readonly assignments: ReadonlyArray<{ readonly memberId: string; readonly assignment: Uint8Array }>
}

export const syncGroup = wireApi<SyncRequest, { readonly error: number; readonly assignment: Buffer }>({
  name: 'SyncGroup',
  key: 14,
  version: 3,
  write: (to, request) =>
    to
      .string(request.groupId)
      .int32(request.generation)
      .string(request.memberId)
      .string(request.instanceId)
      .array(request.assignments, ({ memberId, assignment }) => to.string(memberId).bytes(assignment)),
  read: (from) => ({ error: from.int16(), assignment: from.bytes() ?? Buffer.alloc(0) }),
})

export const heartbeat = wireApi<Member, { readonly error: number }>({
  name: 'Heartbeat',
  key: 12,
  version: 3,
  write: (to, member) =>
    to.string(member.groupId).int32(member.generation).string(member.memberId).string(member.instanceId),
  read: (from) => ({ error: from.int16() }),
})

export const leaveGroup = wireApi<Member, { readonly error: number }>({
  name: 'LeaveGroup',
  key: 13,
  version: 3,
  write: (to, member) =>
    to
      .string(member.groupId)
      .array([member], ({ memberId, instanceId }) => to.string(memberId).string(instanceId)),
  read: (from) => {
    const error = from.int16()
    const [member] = from.array(() => {
      from.nullableString()
      from.nullableString()
      return from.int16()
    })
    return { error: error === 0 ? (member ?? 0) : error }
  },
})

export interface PartitionCommit {
  readonly partition: number
  readonly offset: bigint
  readonly metadata: string
}
export interface CommitRequest extends Member {
  readonly topics: ReadonlyArray<{ readonly topic: string; readonly partitions: readonly PartitionCommit[] }>
}
export interface PartitionError {
  readonly topic: string
  readonly partition: number
  readonly error: number
}

export const offsetCommit = wireApi<CommitRequest, readonly PartitionError[]>({
  name: 'OffsetCommit',
  key: 8,
  version: 7,
  write: (to, request) =>
    to
      .string(request.groupId)
      .int32(request.generation)
      .string(request.memberId)
      .string(request.instanceId)
      .array(request.topics, ({ topic, partitions }) =>
        to.string(topic).array(partitions, ({ partition, offset, metadata }) =>
          // -1: the leader epoch isn't known
          to.int32(partition).int64(offset).int32(-1).string(metadata),
        ),
      ),
  read: (from) =>
    from
      .array(() => {
        const topic = from.string()
        return from.array(() => ({ topic, partition: from.int32(), error: from.int16() }))
      })
      .flat(),
})

export interface OffsetFetchRequest {
  readonly groupId: string
  /** Null: whatever is committed. */
  readonly topics: ReadonlyArray<{ readonly topic: string; readonly partitions: readonly number[] }> | null
}
export interface FetchedOffset extends PartitionError {
  /** -1 where nothing is committed. */
  readonly offset: bigint
  readonly metadata: string
}

export const offsetFetch = wireApi<
  OffsetFetchRequest,
  { readonly error: number; readonly offsets: readonly FetchedOffset[] }
>({
  name: 'OffsetFetch',
  key: 9,
  version: 5,
  write: (to, { groupId, topics }) => {
    to.string(groupId)
    if (topics === null) to.int32(-1)
    else
      to.array(topics, ({ topic, partitions }) =>
        to.string(topic).array(partitions, (partition) => to.int32(partition)),
      )
  },
  read: (from) => {
    const offsets = from.array(() => {
      const topic = from.string()
      return from.array(() => {
        const partition = from.int32()
        const offset = from.int64()
        from.int32() // leader epoch
        return { topic, partition, offset, metadata: from.nullableString() ?? '', error: from.int16() }
      })
    })
    return { offsets: offsets.flat(), error: from.int16() }
  },
})
