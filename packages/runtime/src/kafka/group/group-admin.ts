import { deleteGroupsApi } from '../admin-apis.ts'
import type { Broker } from '../broker.ts'
import { errorNames } from '../error-codes.ts'
import { protocolError } from '../errors.ts'
import { describeGroup } from '../topic-admin-apis.ts'
import type { GroupDescription, GroupOffset, OffsetCommits, TopicPartition } from '../types.ts'
import { decodeAssignment } from './consumer-protocol.ts'
import { offsetCommit, offsetFetch, type PartitionError } from './group-apis.ts'
import { offsetDelete } from './offset-delete.ts'
import { byTopic } from './partitions.ts'

export interface GroupAdminOptions {
  /** Asks the group's coordinator, retried on whatever may pass; one that the call says has moved is looked for anew. */
  readonly ask: <T>(groupId: string, use: (broker: Broker) => Promise<T>) => Promise<T>
}

/** Groups seen from outside, as an operator sees them. */
export class GroupAdmin {
  readonly #ask: GroupAdminOptions['ask']

  constructor(options: GroupAdminOptions) {
    this.#ask = options.ask
  }

  async describe(groupId: string): Promise<GroupDescription> {
    return this.#ask(groupId, async (broker) => {
      const { error, state, protocolType, members } = await broker.call(describeGroup, { groupId })
      if (error !== 0) throw protocolError(error, `describing group ${groupId}`)
      const isOfConsumers = protocolType === 'consumer'
      return {
        state,
        protocolType,
        members: members.map(({ assignment, ...member }) => ({
          ...member,
          partitions: isOfConsumers ? decodeAssignment(assignment) : [],
        })),
      }
    })
  }

  /** Of these partitions, or of all that have one. */
  offsets(
    groupId: string,
    partitions: readonly TopicPartition[] | undefined,
  ): Promise<readonly GroupOffset[]> {
    const topics = partitions === undefined ? null : listed(partitions)
    return this.#ask(groupId, async (broker) => {
      const answer = await broker.call(offsetFetch, { groupId, topics })
      const error = answer.error || answer.offsets.find((offset) => offset.error !== 0)?.error
      if (error) throw protocolError(error, `reading the offsets of group ${groupId}`)
      return answer.offsets.map(({ topic, partition, offset, metadata }) => ({
        topic,
        partition,
        offset: offset < 0n ? null : offset,
        metadata,
      }))
    })
  }

  set(groupId: string, offsets: OffsetCommits): Promise<void> {
    const topics = [...byTopic(offsets)].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map(({ partition, offset, metadata = '' }) => ({ partition, offset, metadata })),
    }))
    // no generation, no member: the broker takes it where the group has none
    const outside = { groupId, generation: -1, memberId: '', instanceId: null }
    return this.#ask(groupId, async (broker) => {
      const answer = await broker.call(offsetCommit, { ...outside, topics })
      refuseFailed(answer, `setting the offsets of group ${groupId}`)
    })
  }

  forget(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    return this.#ask(groupId, async (broker) => {
      const doing = `forgetting offsets of group ${groupId}`
      const answer = await broker.call(offsetDelete, { groupId, topics: listed(partitions) })
      if (errorNames.get(answer.error) === 'GROUP_ID_NOT_FOUND') return
      if (answer.error !== 0) throw protocolError(answer.error, doing)
      refuseFailed(answer.partitions, doing)
    })
  }

  delete(groupId: string): Promise<void> {
    return this.#ask(groupId, async (broker) => {
      const answer = await broker.call(deleteGroupsApi, [groupId])
      const code = answer.results[0]?.errorCode ?? 0
      if (code === 0 || errorNames.get(code) === 'GROUP_ID_NOT_FOUND') return
      throw protocolError(code, `deleting group ${groupId}`)
    })
  }
}

function listed(
  partitions: readonly TopicPartition[],
): ReadonlyArray<{ topic: string; partitions: readonly number[] }> {
  return [...byTopic(partitions)].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition }) => partition),
  }))
}

function refuseFailed(outcomes: readonly PartitionError[], doing: string): void {
  const failed = outcomes.find(({ error }) => error !== 0)
  if (failed) throw protocolError(failed.error, `${doing} (${failed.topic}-${failed.partition})`)
}
