/**
 * What the rest of the runtime sees of Kafka. Nothing outside this folder imports a Kafka client.
 * Every call takes a deadline from the client's `request.timeout.ms` unless it says otherwise.
 */

import type { GroupSink } from '../telemetry/figure-sink.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface RecordHeader {
  readonly key: string
  readonly value: Uint8Array | null
}

/** One record as it goes to a broker. `partition` absent: murmur2 of the key, as the JVM's producer picks it. */
export interface OutgoingRecord {
  readonly topic: string
  readonly partition?: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly RecordHeader[]
  /** Milliseconds since the epoch; absent: now. */
  readonly timestamp?: number
}

/**
 * What became of records that were produced together. `baseOffset` is -1 where the broker didn't say it (acks=0, or a duplicate it no longer
 * knows the offset of). `error` set: none of them is known to have arrived; after a retriable error, or CLOSED, some may have.
 */
export type Delivery<R extends OutgoingRecord> =
  | {
      readonly records: readonly R[]
      readonly partition: number
      readonly baseOffset: bigint
      readonly error?: undefined
    }
  | { readonly records: readonly R[]; readonly error: KafkaError }

export interface ProducerOptions<R extends OutgoingRecord> {
  /**
   * Called exactly once for every record that `send` took, in any order across partitions, in order within one.
   * Not awaited; must not throw. The very objects that were sent come back, so a caller may hang data of its own on them.
   */
  readonly delivered: (delivery: Delivery<R>) => void
  /** The JVM producer's settings by name (`linger.ms`, `acks`, ...), prefixes already stripped. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * Names a transactional id, asked for with each producer id. It is used without transactions: whoever asked last under it writes, the
   * others' records are settled with PRODUCER_FENCED, not retriable, and the producer takes no more. A partition that the last one hasn't written to yet
   * still takes others' records. Where the user may not use the id there is a warning and no fence. Without idempotence it does nothing.
   */
  readonly fencingId?: () => Promise<string>
}

export interface Producer<R extends OutgoingRecord> {
  /**
   * Queues records; their order within a partition is kept. Resolves once they are queued: it waits while more than
   * `buffer.memory` bytes are queued or in flight, which is the back-pressure. If it rejects, none of the records was taken. An unclear outcome is
   * retried with the same sequence until `delivery.timeout.ms`; the error then given is retriable, goes to all that is queued behind in that
   * partition too, and the producer id is dropped.
   */
  send(records: readonly R[], call?: { signal?: AbortSignal }): Promise<void>
  /** Resolves when everything sent so far is settled. */
  flush(call?: { signal?: AbortSignal }): Promise<void>
  /** Flushes within `timeoutMs` (default 5000), settles the rest with an error, closes the connections. Idempotent. */
  close(call?: { timeoutMs?: number }): Promise<void>
}

/** Under what a transactional producer writes: of one id only the newest epoch is taken. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

export interface TransactionalProducerOptions<R extends OutgoingRecord>
  extends Omit<ProducerOptions<R>, 'fencingId'> {
  readonly transactionalId: string
}

/**
 * A producer whose records are read by `read_committed` consumers all or not at all: `init`, then any number of `begin`, `send`, `commit` or `abort`. Calls
 * don't overlap, but for `send` and `close`.
 *
 * Anything that isn't delivered makes its transaction fail as a whole: everything of it is settled with an error, further `send` and `commit` reject with
 * what it failed of. `retriable` (TRANSACTION_FAILED) says that another producer may do all of it again from the last commit that is known. Whether a
 * `commit` that rejects has happened is not known (an answer may be lost): that shows once another producer has done `init`. PRODUCER_FENCED, not retriable: somebody else
 * has the id, or the transaction was aborted because it took longer than `transaction.timeout.ms`. After a failure only `abort` and `close` are left.
 *
 * Speaks transactions of Kafka 4.0's second version (KIP-890) where the cluster has them switched on, else the first.
 */
export interface TransactionalProducer<R extends OutgoingRecord> {
  /** Undefined before `init`. */
  readonly identity: ProducerIdentity | undefined
  /**
   * Takes the transactional id over, once: what is open under it is aborted, what is being committed is committed, and whoever had it is fenced. Waits for the coordinator as
   * long as it takes. `last`: only if nobody else took it since that identity; else it rejects with PRODUCER_FENCED. (Brokers before 3.0 can't be asked: then it is taken.)
   */
  init(how?: { readonly last?: ProducerIdentity | undefined; readonly signal?: AbortSignal }): Promise<void>
  begin(): void
  /** As a producer's; rejects outside of a transaction. */
  send(records: readonly R[], call?: { signal?: AbortSignal }): Promise<void>
  /** Resolves when all that was sent is acknowledged and the commit is certain. */
  commit(call?: { signal?: AbortSignal }): Promise<void>
  abort(call?: { signal?: AbortSignal }): Promise<void>
  /** Aborts an open transaction, within `timeoutMs` (default 5000; 0: leaves it to its time-out), and closes the connections. */
  close(call?: { timeoutMs?: number }): Promise<void>
}

/** A committed position. `metadata` is the text kept beside it (at most 4 KB by default). */
export interface CommittedOffset {
  readonly offset: bigint
  readonly metadata?: string
}

/** Records of one partition, in order, as fetched; control records and those before the position are left out. */
export interface FetchedBatch extends TopicPartition {
  readonly records: readonly FetchedRecord[]
  /** The offset to read next: after the last record, or further where markers or compacted records follow. */
  readonly nextOffset: bigint
  readonly highWatermark: bigint
}

export interface FetchedRecord {
  readonly offset: bigint
  readonly timestamp: number
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[]
}

export interface GroupConsumerOptions {
  readonly groupId: string
  /** A RegExp has to match the whole name, as `topics.regex` does. Topics that don't exist yet are read once they do. */
  readonly topics: readonly string[] | RegExp
  /** The JVM consumer's settings by name, prefixes already stripped. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * Partitions became ours. Awaited before anything of them is fetched. Returns positions that override the group's
   * committed ones (a sink that keeps its own offsets). `epoch` is the group's generation.
   */
  readonly assigned: (
    partitions: readonly TopicPartition[],
    how: { epoch: number },
  ) => Promise<PositionOverrides | void>
  /**
   * Partitions are about to go. Awaited (up to the rebalance timeout) before the group is rejoined; `commit` still works in it, under the
   * old generation. `lost`: they are gone already (session expired, fenced) and nothing may be committed.
   */
  readonly revoked: (partitions: readonly TopicPartition[], how: { lost: boolean }) => Promise<void>
  /**
   * The member id of one that died without leaving: this one takes its seat, for which the group would else wait until the session ends.
   * An id that the group doesn't know any more does no harm. Default: none.
   */
  readonly successorOf?: string
  /** The group knows this member by the id from now on; empty: by none. */
  readonly named?: (memberId: string) => void
}

export type PositionOverrides = ReadonlyArray<TopicPartition & { readonly offset: bigint }>
export type OffsetCommits = ReadonlyArray<TopicPartition & CommittedOffset>

/**
 * A member of a consumer group. Heartbeats run on a timer, whatever the caller does. One `poll` at a time; membership work
 * (join, sync, the callbacks above) happens inside `poll`, so callbacks and the caller's own code never overlap.
 */
export interface GroupConsumer {
  /**
   * Fetched batches, at most `max.poll.records` records in all, or an empty array after `maxWaitMs` (default 500). A batch may have no records: then
   * only markers or aborted records were passed. Who doesn't poll for `max.poll.interval.ms` loses its partitions.
   * While the caller works on a result at most one further fetch is held. Rejects with a KafkaError; `retriable` ones may simply be polled again.
   */
  poll(call: { signal: AbortSignal; maxWaitMs?: number }): Promise<readonly FetchedBatch[]>
  /** Aborts when a rebalance waits for this member or its partitions were lost: a long `put` gives way to it, then polls again. */
  readonly rebalancing: AbortSignal
  /**
   * Rejects, not retriable, with ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID where the member has lost its seat: nothing was
   * committed and the next poll calls `revoked` with `lost`. REBALANCE_IN_PROGRESS is retriable: poll first. A coordinator that can't be
   * reached is tried for `default.api.timeout.ms`.
   */
  commit(offsets: OffsetCommits): Promise<void>
  committed(
    partitions: readonly TopicPartition[],
  ): Promise<ReadonlyArray<TopicPartition & { readonly offset: bigint | null; readonly metadata: string }>>
  seek(position: TopicPartition & { readonly offset: bigint }): void
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  assignment(): readonly TopicPartition[]
  /** Records between position and end offset of the last fetch, per partition that has been fetched. */
  lag(): ReadonlyArray<TopicPartition & { readonly records: bigint }>
  /** Revokes (callback included), leaves the group, closes the connections. Idempotent. */
  close(): Promise<void>
}

export interface GroupMemberOptions {
  readonly groupId: string
  /** Members of one group share it: `consumer` is that of consumers. */
  readonly protocolType: string
  /** The one protocol that this member speaks. A group whose members speak another one is joined once they are gone. */
  readonly protocol: string
  readonly sessionTimeoutMs: number
  /** How much longer than the session nobody else gets what this member was given: for so long it keeps it when the coordinator can't be reached. */
  readonly graceMs: number
  readonly rebalanceTimeoutMs: number
  readonly heartbeatIntervalMs: number
  /** What the leader is to know of this member; asked at each join. */
  readonly metadata: () => Uint8Array
  /** Called where this member leads: what each member is given, by member id. If it rejects, the join begins again. */
  readonly lead: (
    members: ReadonlyArray<{ readonly memberId: string; readonly metadata: Buffer }>,
    how: { readonly memberId: string; readonly generation: number },
  ) => Promise<ReadonlyMap<string, Uint8Array>>
  /** What the leader gave this member. Awaited before anything else is told. */
  readonly assigned: (
    assignment: Buffer,
    seat: { readonly memberId: string; readonly generation: number; readonly leads: boolean },
  ) => Promise<void>
  /**
   * The seat is lost, or no answer came for as long as session and grace last: what was given may be given to others. Awaited before the member
   * joins again.
   */
  readonly lost: (cause: KafkaError) => Promise<void>
}

/** A member of a group that shares out something else than partitions. It keeps its seat by heartbeats on a timer, and through every rebalance. */
export interface GroupMember {
  /** Joins, and again whenever the group does, until it is closed. */
  start(): void
  /** Takes a seat in a new generation: for instance because `metadata` says something else now. */
  rejoin(): void
  /** How long ago the coordinator was heard of last, in milliseconds: by a seat, or an answer to a heartbeat. */
  readonly silentMs: number
  /** Leaves, tells `lost`, and joins again after so long. */
  leaveFor(ms: number, cause: KafkaError): void
  /** Leaves for good and closes the connections. Idempotent. */
  close(): Promise<void>
}

/** A part of a partition, from `start` up to the offset before `end`. */
export interface Stretch extends TopicPartition {
  readonly start: bigint
  readonly end: bigint
}

/** Reads without a group. */
export interface TopicReader {
  /**
   * All records from each partition's start to its end offset as it was at the call, in order within each partition. Rejects with a
   * retriable TIMEOUT where nothing comes for `default.api.timeout.ms`.
   */
  readToEnd(topic: string, each: (record: FetchedRecord & TopicPartition) => void): Promise<void>
  /** The same of parts of topics, which have to be there: `start` not before the partition's start, `end` not behind its end offset. */
  read(stretches: readonly Stretch[], each: (record: FetchedRecord & TopicPartition) => void): Promise<void>
  close(): Promise<void>
}

/** What a tail tells, in order, never two at a time. Not awaited; must not throw. */
export interface TailListener {
  /** A record, in order within its partition. */
  readonly record: (record: FetchedRecord & TopicPartition) => void
  /**
   * What was read no longer is the topic: it lost records that had been read (an unclean election), or was deleted and made anew. All of it is read
   * again from the start, and `caughtUp` says when the reading has come to where the topic ended then.
   */
  readonly restarted: () => void
  readonly caughtUp: () => void
}

/** Reads a topic from its start and goes on from where it was, without a group: over restarts of brokers, moves of leaders and added partitions. */
export interface TopicTail {
  /**
   * Resolves once all that was in the topic at the call has been told. It waits for open transactions too, whatever the isolation level. Rejects
   * with what stands in the way where that isn't retriable, with a retriable TIMEOUT after `timeoutMs` (default: `default.api.timeout.ms`), and with the
   * signal's reason.
   */
  readToEnd(call?: { signal?: AbortSignal; timeoutMs?: number }): Promise<void>
  close(): Promise<void>
}

export interface TailOptions extends TailListener {
  readonly topic: string
  /** False: it reads on only while somebody waits in `readToEnd`. Default: true. */
  readonly follows?: boolean
  /** The JVM consumer's settings by name; `isolation.level` says whether records of open and aborted transactions are told. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface NewTopic {
  readonly name: string
  /** Absent: the broker's default. */
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly configs?: Readonly<Record<string, string>>
}

export interface TopicDescription {
  readonly name: string
  /** One of Kafka's own. */
  readonly internal: boolean
  readonly partitions: ReadonlyArray<{
    readonly partition: number
    /** -1: none at the moment. */
    readonly leader: number
    readonly replicas: readonly number[]
    readonly isr: readonly number[]
  }>
}

export interface GroupListing {
  readonly groupId: string
  /** `consumer` is that of consumers; empty: a group that only keeps offsets. */
  readonly protocolType: string
  /** `Stable`, `Empty`, ... */
  readonly state: string
}

export interface GroupDescription {
  readonly state: string
  readonly protocolType: string
  readonly members: ReadonlyArray<{
    readonly memberId: string
    readonly clientId: string
    readonly host: string
    /** Of a group of consumers. */
    readonly partitions: readonly TopicPartition[]
  }>
}

/** What a group has committed; null: nothing. */
export interface GroupOffset extends TopicPartition {
  readonly offset: bigint | null
  readonly metadata: string
}

export interface Admin {
  clusterId(): Promise<string>
  /** Topics that don't exist are absent from the answer. No names: all topics. */
  describeTopics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>>
  /** True for each topic made, false where it existed. Anything else is an error. */
  createTopics(topics: readonly NewTopic[]): Promise<ReadonlyMap<string, boolean>>
  deleteTopics(names: readonly string[]): Promise<void>
  /** `own`: those only that were set for the topic, not what the brokers' settings and defaults give. */
  topicConfigs(name: string, how?: { readonly own: boolean }): Promise<ReadonlyMap<string, string>>
  /** Sets some of a topic's settings and leaves the others; null takes the topic's own value away. */
  alterTopicConfigs(name: string, configs: ReadonlyMap<string, string | null>): Promise<void>
  /** Makes partitions until there are `count`; there can't be fewer than before. */
  growTopic(name: string, count: number): Promise<void>
  /** Per partition, the offset of the first record that isn't older than so many milliseconds since the epoch; the end offset where there is none. */
  offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, bigint>>
  groups(): Promise<readonly GroupListing[]>
  /** One that there isn't has the state `Dead`. */
  describeGroup(groupId: string): Promise<GroupDescription>
  /** End (or start) offsets of a topic's partitions: of all of them, or of those given that exist. One that has no leader is waited for. */
  offsets(
    topic: string,
    at: 'earliest' | 'latest',
    partitions?: readonly number[],
  ): Promise<ReadonlyMap<number, bigint>>
  /** Of all partitions of these topics, null where nothing is committed; no topics: of whatever partition has one. */
  groupOffsets(groupId: string, topics?: readonly string[]): Promise<readonly GroupOffset[]>
  /** Of a group without members; rejects with UNKNOWN_MEMBER_ID where it has some. The group is made if there is none. */
  setGroupOffsets(groupId: string, offsets: OffsetCommits): Promise<void>
  /** Rejects with GROUP_SUBSCRIBED_TO_TOPIC where members read the topic. A group that there isn't has nothing to forget. */
  forgetGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void>
  /** Rejects with NON_EMPTY_GROUP where it has members. One that there isn't is fine. */
  deleteGroup(groupId: string): Promise<void>
  /**
   * Nobody who holds one of these transactional ids now can write under it any more, and what they have open is aborted. An id that was never used is
   * fenced all the same.
   */
  fenceProducers(transactionalIds: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface Position extends TopicPartition {
  /** Of the record that is read next. */
  readonly offset: bigint
}

/** Reads partitions from given positions on, without a group. */
export interface PartitionReader {
  /** As a consumer's. Rejects with OFFSET_OUT_OF_RANGE, not retriable, where a position isn't in the partition. */
  poll(call: { signal: AbortSignal; maxWaitMs?: number }): Promise<readonly FetchedBatch[]>
  /** Nothing more of these is read. */
  done(partitions: readonly TopicPartition[]): void
  close(): Promise<void>
}

export interface Kafka {
  /** Warnings found while reading the settings: unknown names, and values that differ in effect from the JVM's. */
  readonly warnings: readonly string[]
  producer<R extends OutgoingRecord>(options: ProducerOptions<R>): Producer<R>
  /** `enable.idempotence` and `acks` are always as transactions need them. */
  transactionalProducer<R extends OutgoingRecord>(
    options: TransactionalProducerOptions<R>,
  ): TransactionalProducer<R>
  consumer(options: GroupConsumerOptions): GroupConsumer
  member(options: GroupMemberOptions): GroupMember
  reader(settings?: Readonly<Record<string, string>>): TopicReader
  partitions(positions: readonly Position[], settings?: Readonly<Record<string, string>>): PartitionReader
  /** Reading begins with the first `readToEnd`. */
  tail(options: TailOptions): TopicTail
  admin(settings?: Readonly<Record<string, string>>): Admin
}

/** Whose login it is. */
export interface TokenRequest {
  /** The client's `sasl.jaas.config`; absent: it has none. */
  readonly login?: { readonly module: string; readonly options: Readonly<Record<string, string>> }
}

/** What there is to say of a login that was refused. */
export interface Refusal {
  /** Sentences that say what to check. */
  readonly advice: string
  /** Another login may do, for instance because there are other credentials by now. */
  readonly retriable: boolean
}

/** Tokens for SASL/OAUTHBEARER, a new one for each login. */
export type TokenFunction = (request?: TokenRequest) => Promise<{ readonly value: string }>

/** What settings alone can't give. The runtime knows Amazon MSK only through these functions. */
export interface KafkaReach {
  readonly token?: TokenFunction
  /** Finds the bootstrap servers anew (`host:port`, separated by commas): called when none of those that are known answers. */
  readonly rediscover?: () => Promise<string>
  /** Asked why a login by token was refused, when the broker has said its reason. */
  readonly refused?: (reason: string, request: TokenRequest) => Promise<Refusal>
}

export interface KafkaOptions extends KafkaReach {
  /** Common client settings of the JVM: `bootstrap.servers`, `security.protocol`, `sasl.*`, `ssl.*`, `client.id`, ... */
  readonly settings: Readonly<Record<string, string>>
  /** Takes the figures of each client, under its id. Default: nobody. */
  readonly figures?: GroupSink
  readonly log: {
    debug(...args: unknown[]): void
    info(...args: unknown[]): void
    warn(...args: unknown[]): void
    error(...args: unknown[]): void
  }
}

/** An error of Kafka or of the way to it. `code` is the protocol's name (NOT_ENOUGH_REPLICAS) or NETWORK, TIMEOUT, TLS, TOKEN, CLOSED, CONFIG. */
export class KafkaError extends Error {
  readonly code: string
  readonly retriable: boolean

  constructor(message: string, how: { code: string; retriable: boolean; cause?: unknown }) {
    super(message, { cause: how.cause })
    this.name = 'KafkaError'
    this.code = how.code
    this.retriable = how.retriable
  }
}
