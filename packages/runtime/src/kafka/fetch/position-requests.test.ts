import { consumerConfig } from '../consumer-config.ts'
import type { FetchedOffset } from '../group/group-apis.ts'
import { keyOf } from '../group/partitions.ts'
import { KafkaError, type TopicPartition } from '../types.ts'
import { Failures } from './failures.ts'
import type { ListedOffset, ListOffsetsRequest } from './fetch-apis.ts'
import type { FetchCluster } from './fetch-cluster.ts'
import { newPartition, type Partition } from './partition.ts'
import { PositionRequests } from './position-requests.ts'

interface Scene {
  /** By partition; -1: none. */
  readonly leaders: number[]
  /** What the group has committed, by partition. */
  readonly committed: Map<number, bigint>
  readonly partitions: Map<string, Partition>
  readonly found: Array<readonly [partition: number, offset: bigint]>
  readonly listed: Array<readonly number[]>
  readonly failures: Failures
  groupError: KafkaError | undefined
  /** Sends what is due and waits until something has come of it. */
  turn(): Promise<void>
}

const error = (code: string): KafkaError => new KafkaError(code, { code, retriable: true })
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const backoff = { retryBackoffMs: 1, retryBackoffMaxMs: 1, requestTimeoutMs: 50, metadataMaxAgeMs: 60_000 }

/** A topic of as many partitions as there are leaders; logs start at 10 times the partition. */
const open = (leaders: number[], settings: Readonly<Record<string, string>> = {}): Scene => {
  const config = consumerConfig(settings)
  const partitions = new Map(
    leaders.map((_, partition) => {
      const one = newPartition({ topic: 't', partition })
      return [keyOf(one), one]
    }),
  )
  const failures = new Failures({ config: backoff, partitions, log: quiet })
  let ended = Promise.withResolvers<void>()
  const scene: Scene = {
    leaders,
    partitions,
    failures,
    committed: new Map(),
    found: [],
    listed: [],
    groupError: undefined,
    turn: async () => {
      ended = Promise.withResolvers()
      requests.send()
      await ended.promise
    },
  }
  const answer = ({ topics }: ListOffsetsRequest): readonly ListedOffset[] => {
    const numbers = topics.flatMap((topic) => topic.partitions)
    scene.listed.push(numbers)
    return numbers.map((partition) => ({ topic: 't', partition, error: 0, offset: BigInt(partition) * 10n }))
  }
  const cluster: FetchCluster = {
    config: backoff,
    topics: () => Promise.resolve(new Map([['t', { partitions: leaders.map((leader) => ({ leader })) }]])),
    refresh: () => Promise.resolve(),
    broker: (nodeId) =>
      nodeId < 0
        ? undefined
        : { call: (_, body) => Promise.resolve(answer(body as unknown as ListOffsetsRequest) as never) },
  }
  const offsets = (asked: readonly TopicPartition[]): Promise<readonly FetchedOffset[]> =>
    scene.groupError
      ? Promise.reject(scene.groupError)
      : Promise.resolve(
          asked.map((one) => ({
            ...one,
            offset: scene.committed.get(one.partition) ?? -1n,
            metadata: '',
            error: 0,
          })),
        )
  const requests = new PositionRequests({
    cluster,
    config,
    group: { name: 'group g', offsets },
    partitions,
    failures,
    found: (one, offset) => {
      one.position = offset
      one.seeks++
      scene.found.push([one.partition, offset])
    },
    ended: () => ended.resolve(),
  })
  return scene
}

describe('looking up where to start', () => {
  it("takes the group's offset, else what auto.offset.reset says", async () => {
    const scene = open([1, 1])
    scene.committed.set(1, 77n)
    while (scene.found.length < 2) await scene.turn()
    expect(scene.found.toSorted(([a], [b]) => a - b)).toEqual([
      [0, 0n],
      [1, 77n],
    ])
    expect(scene.listed).toEqual([[0]])
  })

  it('holds no partition up for one that has no leader, and starts that one when it has', async () => {
    const scene = open([1, -1, 2])
    while (scene.found.length < 2) await scene.turn()
    expect(scene.found.map(([partition]) => partition).toSorted((a, b) => a - b)).toEqual([0, 2])
    expect(scene.failures.take()).toBeUndefined()
    scene.leaders[1] = 2
    const one = scene.partitions.get('t:1') as Partition
    while (one.position === undefined) {
      one.waitUntilMs = 0
      await scene.turn()
    }
    expect(scene.found.at(-1)).toEqual([1, 10n])
    expect(one).toMatchObject({ failures: 0, failingSinceMs: undefined })
  })

  it("starts nowhere as long as the group's offsets can't be read", async () => {
    const scene = open([1])
    scene.groupError = error('COORDINATOR_NOT_AVAILABLE')
    await scene.turn()
    expect(scene.found).toEqual([])
    expect(scene.partitions.get('t:0')?.waitUntilMs).toBeGreaterThan(0)
    expect(scene.listed).toEqual([])
  })

  it('tells a failure that has lasted once no partition is read', async () => {
    const scene = open([-1], { 'default.api.timeout.ms': '0' })
    await scene.turn()
    expect(scene.failures.take()).toMatchObject({ code: 'LEADER_NOT_AVAILABLE', retriable: true })
    expect(scene.failures.take()).toBeUndefined()
  })

  it('gives way to a seek that came meanwhile', async () => {
    const scene = open([1])
    const one = scene.partitions.get('t:0') as Partition
    scene.committed.set(0, 5n)
    const turn = scene.turn()
    one.position = 3n
    one.seeks++
    await turn
    expect(scene.found).toEqual([])
    expect(one).toMatchObject({ position: 3n, asked: false })
  })

  it('refuses to guess where auto.offset.reset is none', async () => {
    const scene = open([1], { 'auto.offset.reset': 'none' })
    await scene.turn()
    expect(scene.failures.take()).toMatchObject({ code: 'NO_OFFSET', retriable: false })
  })
})
