import type { Api } from '../api.ts'
import type { CallOptions } from '../broker.ts'
import type { Cluster } from '../cluster.ts'
import { asKafkaError, protocolError } from '../errors.ts'
import type { KafkaError, OffsetCommits, TopicPartition } from '../types.ts'
import {
  type FetchedOffset,
  heartbeat,
  type JoinAnswer,
  type JoinRequest,
  joinGroup,
  leaveGroup,
  type Member,
  offsetCommit,
  offsetFetch,
} from './group-apis.ts'
import { byTopic } from './partitions.ts'

/** Answers after which the coordinator has to be looked for again. */
const moved: ReadonlySet<string> = new Set([
  'NETWORK',
  'TIMEOUT',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
])

const memberIdRequired = 79

/** The calls to one group's coordinator. Each is tried once; error codes become KafkaErrors. */
export class GroupCalls {
  readonly groupId: string
  /** As messages name it. */
  readonly name: string
  readonly #cluster: Cluster

  constructor(cluster: Cluster, groupId: string) {
    this.#cluster = cluster
    this.groupId = groupId
    this.name = `group ${groupId}`
  }

  /** JoinGroup, asked a second time at once where the coordinator first gives the member an id (KIP-394). */
  async join(
    request: JoinRequest,
    options: CallOptions,
    named: (memberId: string) => void,
  ): Promise<JoinAnswer> {
    const first = await this.#send(joinGroup, request, options)
    if (first.memberId !== '' && first.memberId !== request.memberId) named(first.memberId)
    if (first.error === 0) return first
    if (first.error !== memberIdRequired) return this.#refuse(first.error, `joining ${this.name}`)
    return this.ask(joinGroup, { ...request, memberId: first.memberId }, options)
  }

  async heartbeat(member: Member, options: CallOptions): Promise<void> {
    await this.ask(heartbeat, member, options)
  }

  async leave(member: Member, options: CallOptions): Promise<void> {
    await this.ask(leaveGroup, member, options)
  }

  async commit(member: Member, offsets: OffsetCommits, options: CallOptions): Promise<void> {
    const topics = [...byTopic(offsets)].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map(({ partition, offset, metadata = '' }) => ({ partition, offset, metadata })),
    }))
    const answer = await this.#send(offsetCommit, { ...member, topics }, options)
    const failed = answer.find(({ error }) => error !== 0)
    if (failed) this.#refuse(failed.error, `committing ${failed.topic}-${failed.partition} for ${this.name}`)
  }

  /** What is committed; partitions without a commit have no offset (-1). */
  async offsets(
    partitions: readonly TopicPartition[],
    options: CallOptions,
  ): Promise<readonly FetchedOffset[]> {
    const topics = [...byTopic(partitions)].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ partition }) => partition),
    }))
    const { offsets } = await this.ask(offsetFetch, { groupId: this.groupId, topics }, options)
    const failed = offsets.find(({ error }) => error !== 0)
    if (failed)
      this.#refuse(failed.error, `reading the offset of ${failed.topic}-${failed.partition} for ${this.name}`)
    return offsets
  }

  /** Any call whose answer has one error code. */
  async ask<Body extends object, Answer extends { readonly error: number }>(
    api: Api<Body, Answer>,
    body: Body,
    options: CallOptions,
  ): Promise<Answer> {
    const answer = await this.#send(api, body, options)
    if (answer.error !== 0) this.#refuse(answer.error, `asking for ${api.name} in ${this.name}`)
    return answer
  }

  /** Gives the connection up: a JoinGroup that waits would hold up what follows it. */
  async disconnect(): Promise<void> {
    const coordinator = await this.#cluster.coordinator(this.groupId)
    coordinator.disconnect()
  }

  async #send<Body extends object, Answer>(
    api: Api<Body, Answer>,
    body: Body,
    options: CallOptions,
  ): Promise<Answer> {
    try {
      const { signal } = options
      const coordinator = await this.#cluster.coordinator(this.groupId, { signal })
      return await coordinator.call(api, body, options)
    } catch (error) {
      if (options.signal?.aborted) throw error
      throw this.#noted(asKafkaError(error, `asking for ${api.name} in ${this.name}`))
    }
  }

  #refuse(code: number, doing: string): never {
    throw this.#noted(protocolError(code, doing))
  }

  #noted(error: KafkaError): KafkaError {
    if (moved.has(error.code)) this.#cluster.forgetCoordinator(this.groupId)
    return error
  }
}
