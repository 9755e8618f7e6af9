import { randomUUID } from 'node:crypto'
import {
  defineSink,
  defineSource,
  type Json,
  type SinkDefinition,
  type SourceDefinition,
  wait,
} from '@sluice/template'
import { sharedServices } from '@sluice/testkit/services'
import { builtInConverters } from '../../converters/built-in-converters.ts'
import { createKafka } from '../../kafka/create-kafka.ts'
import { type FrameFate, FrameProxy } from '../../kafka/testing/frame-proxy.ts'
import { KafkaScene, textOf } from '../../kafka/testing/kafka-scene.ts'
import { MemoryOffsetStore } from '../../offsets/memory-offset-store.ts'
import { createTask } from '../../task/create-task.ts'
import type { Task, TaskOptions, TaskStatus } from '../../task/task.ts'
import { noFigures } from '../../telemetry/figure-sink.ts'

const [produce, endTxn] = [0, 26]
const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger }
const plain = { 'value.converter': 'JsonConverter', 'value.converter.schemas.enable': 'false' }

/** Counts, twenty numbers a poll. */
const counting = (topic: string) =>
  defineSource({
    name: 'counting',
    version: '1',
    doc: 'For tests.',
    config: {},
    parseOffset: (raw: Json) => raw as number,
    exactlyOnce: () => 'supported',
    open: async ({ offsets }) => {
      const partition = { of: 'numbers' }
      let next = (await offsets([partition]))[0] ?? 0
      return {
        poll: async ({ signal }) => {
          await wait(1, signal)
          const from = next
          next += 20
          return Array.from({ length: 20 }, (_, index) => ({
            origin: { partition, offset: from + index + 1 },
            topic,
            key: String(from + index),
            value: from + index,
          }))
        },
      }
    },
  }) as unknown as SourceDefinition

const servers = [
  ['a broker of today', () => sharedServices().kafka()],
  ['Kafka 3.6', () => sharedServices().kafkaOld()],
] as const

describe.each(servers)('an exactly-once source on %s', (_name, server) => {
  let scene: KafkaScene
  let bootstrap: string
  const tasks: Task[] = []
  beforeAll(async () => {
    bootstrap = (await server()).bootstrapServers
    scene = new KafkaScene({ 'bootstrap.servers': bootstrap })
  }, 180_000)
  afterEach(() => Promise.all(tasks.splice(0).map((task) => task.stop({ timeoutMs: 5000 }))))
  afterAll(() => scene.end(), 60_000)

  const start = (
    how: Pick<TaskOptions, 'kind' | 'definition' | 'connector'> & {
      readonly bootstrap?: string
      readonly worker?: Record<string, string>
      readonly settings?: Record<string, string>
    },
  ) => {
    const statuses: TaskStatus[] = []
    const { worker, settings, ...more } = how
    const task = createTask(
      {
        ...more,
        index: 0,
        slice: null,
        settings: new Map(Object.entries({ ...plain, 'task.restart.backoff.ms': '200', ...settings })),
        worker: new Map(Object.entries({ 'bootstrap.servers': how.bootstrap ?? bootstrap, ...worker })),
        plugins: {
          find: (_kind, name) =>
            builtInConverters.find((one) => one.name === name || one.aliases?.includes(name)),
        },
        kafka: {},
        offsets: new MemoryOffsetStore(),
        log: logger,
        metrics: { ...noFigures, custom: () => () => {} },
        onStatus: (status) => void statuses.push(status),
      },
      createKafka,
    )
    tasks.push(task)
    return { task, statuses }
  }
  const world = async () => {
    const topic = await scene.topic({ partitions: 3 })
    const offsets = await scene.topic({ partitions: 2, configs: { 'cleanup.policy': 'compact' } })
    const worker = {
      'exactly.once.source.support': 'enabled',
      'offset.storage.topic': offsets,
      'group.id': `group-${randomUUID()}`,
    }
    const connector = `counting-${randomUUID().slice(0, 8)}`
    const source = { kind: 'source' as const, definition: counting(topic), connector, worker }
    return { topic, source }
  }
  const numbersIn = async (topic: string) =>
    (await scene.committed(topic)).map(({ value }) => Number(textOf(value)))
  const untilMoreThan = async (topic: string, count: number) => {
    const deadline = performance.now() + 60_000
    for (;;) {
      const numbers = await numbersIn(topic)
      if (numbers.length > count) return numbers
      if (performance.now() > deadline) throw new Error(`There are ${numbers.length} records.`)
      await wait(50, new AbortController().signal)
    }
  }
  /** For a topic that no task writes to any more: beside a transaction a reader may find one partition's part and not yet another's. */
  const expectEachOnce = async (topic: string) => {
    // the coordinator answers a commit before every partition has its marker
    const deadline = performance.now() + 10_000
    for (;;) {
      const numbers = (await numbersIn(topic)).toSorted((a, b) => a - b)
      const isLate = numbers.at(-1) !== numbers.length - 1 && performance.now() < deadline
      if (!isLate) return expect(numbers).toEqual(numbers.map((_, index) => index))
      await wait(50, new AbortController().signal)
    }
  }

  it('goes on from its last commit, whoever runs it', async () => {
    const { topic, source } = await world()
    const first = start(source)
    await untilMoreThan(topic, 200)
    await first.task.stop({ timeoutMs: 5000 })
    const second = start(source)
    await untilMoreThan(topic, 600)
    await second.task.stop({ timeoutMs: 5000 })
    await expectEachOnce(topic)
  }, 60_000)

  it('gives way to whoever takes the task over, and takes nothing back', async () => {
    const { topic, source } = await world()
    const former = start(source)
    await untilMoreThan(topic, 200)
    const latter = start(source)
    await untilMoreThan(topic, 1000)
    await wait(1000, new AbortController().signal)
    expect(former.task.status()).toMatchObject({ state: 'FAILED' })
    expect(former.task.status().nextTryAt).toBeUndefined()
    expect(former.task.status().trace).toContain('Another worker runs this task now')
    expect(latter.task.status().state).toBe('RUNNING')
    await latter.task.stop({ timeoutMs: 5000 })
    await expectEachOnce(topic)
  }, 90_000)

  it.each([['poll'], ['interval']])(
    'writes each record once through a proxy that cuts, by %s',
    async (boundary) => {
      const { topic, source } = await world()
      const proxy = await FrameProxy.start(bootstrap)
      const fates: readonly FrameFate[] = ['lost', 'unanswered', 'late']
      const isCut = new Map([
        [produce, 40],
        [endTxn, 4],
      ])
      proxy.fateOf = ({ key, index }) => {
        const every = isCut.get(key)
        return every !== undefined && index % every === every - 1
          ? fates[Math.floor(index / every) % 3]!
          : 'pass'
      }
      try {
        const settings = { 'transaction.boundary': boundary, 'transaction.boundary.interval.ms': '15' }
        const { task, statuses } = start({ ...source, bootstrap: proxy.bootstrapServers, settings })
        await untilMoreThan(topic, 1500)
        await proxy.release()
        await untilMoreThan(topic, 3000)
        proxy.fateOf = () => 'pass'
        await task.stop({ timeoutMs: 10_000 })
        await expectEachOnce(topic)
        expect(statuses.filter(({ state }) => state === 'FAILED')).toEqual([])
        // at least one of each fate
        expect(proxy.count(endTxn)).toBeGreaterThanOrEqual(12)
      } finally {
        await proxy.stop()
      }
    },
    120_000,
  )

  it('leaves no aborted offset to those that deliver at least once after it', async () => {
    const { topic, source } = await world()
    const { connector } = source
    const offsets = source.worker['offset.storage.topic']
    const { producer } = scene.transactions(`transactions-${randomUUID()}`)
    await producer.init()
    for (const [offset, end] of [
      ['100', 'commit'],
      ['5000', 'abort'],
    ] as const) {
      producer.begin()
      const key = Buffer.from(`["${connector}",{"of":"numbers"}]`)
      await producer.send([{ topic: offsets, key, value: Buffer.from(offset) }])
      await producer[end]()
    }
    start({ ...source, worker: {}, settings: { 'offsets.storage.topic': offsets } })
    const numbers = await untilMoreThan(topic, 20)
    expect(Math.min(...numbers)).toBe(100)
  }, 60_000)

  it('is read by a sink of read_committed without what was aborted', async () => {
    const topic = await scene.topic()
    const { producer } = scene.transactions(`transactions-${randomUUID()}`)
    await producer.init()
    for (const [value, end] of [
      ['1', 'commit'],
      ['2', 'abort'],
      ['3', 'commit'],
    ] as const) {
      producer.begin()
      await producer.send([{ topic, key: null, value: Buffer.from(value) }])
      await producer[end]()
    }
    producer.begin()
    await producer.send([{ topic, key: null, value: Buffer.from('4') }])
    const seen: unknown[] = []
    const definition = defineSink({
      name: 'seeing',
      version: '1',
      doc: 'For tests.',
      config: {},
      open: async () => ({ put: async (batch) => void seen.push(...[...batch].map(({ value }) => value)) }),
    }) as unknown as SinkDefinition
    const settings = { topics: topic, 'consumer.override.isolation.level': 'read_committed' }
    start({ kind: 'sink', definition, connector: `seeing-${randomUUID().slice(0, 8)}`, settings })
    const deadline = performance.now() + 30_000
    while (seen.length < 2 && performance.now() < deadline) await wait(50, new AbortController().signal)
    await wait(500, new AbortController().signal)
    expect(seen).toEqual([1, 3])
    await producer.commit()
    while (seen.length < 3 && performance.now() < deadline) await wait(50, new AbortController().signal)
    expect(seen).toEqual([1, 3, 4])
  }, 60_000)
})
