import {
  defineSource,
  defineTransform,
  type Json,
  NULL_FIELD,
  type OffsetOnly,
  RecordError,
  RetriableError,
  type SourceDefinition,
  type SourceOrigin,
  type SourceRecord,
  struct,
  wait,
} from '@sluice/template'
import { KafkaError } from '../kafka/types.ts'
import { TakenOverError } from '../offsets/taken-over-error.ts'
import { TaskScene, until } from '../task/testing/task-scene.ts'

const partition = { table: 'orders' }
type Offset = { n: number }
type Item = SourceRecord<Offset> | OffsetOnly<Offset>

function record(n: number, value: unknown = n): SourceRecord<Offset> {
  return { origin: { partition, offset: { n } }, topic: 'orders', value }
}

function offsetOnly(n: number): OffsetOnly<Offset> {
  return { origin: { partition, offset: { n } } }
}

interface Numbers {
  readonly definition: SourceDefinition
  readonly opened: (Offset | undefined)[]
  readonly told: SourceOrigin<Offset>[]
  /** What has arrived, as the source hears it. */
  readonly arrived: number[]
  polls: number
  closed: number
  /** What polls give, in order; afterwards they wait. A function is called in place of a poll. */
  readonly next: (readonly Item[] | ((signal: AbortSignal) => Promise<readonly Item[]>))[]
}

function numbers(...next: Numbers['next']): Numbers {
  const seen: Numbers = {
    next,
    opened: [],
    told: [],
    arrived: [],
    polls: 0,
    closed: 0,
    definition: defineSource({
      name: 'numbers',
      version: '1',
      doc: 'For tests.',
      config: {},
      parseOffset: (raw: Json): Offset => raw as Offset,
      open: async ({ offsets }) => {
        seen.opened.push((await offsets([partition]))[0])
        return {
          poll: async ({ signal }) => {
            seen.polls++
            const one = seen.next.shift()
            if (typeof one === 'function') return one(signal)
            if (one) return one
            await wait(60_000, signal)
            return []
          },
          acknowledged: ({ offset }) => void seen.arrived.push(offset.n),
          committed: async (origins) => void seen.told.push(...origins),
          close: async () => void seen.closed++,
        }
      },
    }) as SourceDefinition,
  }
  return seen
}

const plain = { 'value.converter': 'JsonConverter', 'value.converter.schemas.enable': 'false' }

describe('a source task', () => {
  let scene: TaskScene
  beforeEach(() => {
    scene = new TaskScene()
  })
  afterEach(() => scene.stop())

  const stored = async (): Promise<Json | undefined> => (await scene.offsets.get('c', [partition]))[0]

  it('moves records to the topic, commits their offsets and tells the source', async () => {
    const source = numbers([record(1), record(2)], [record(3)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => source.told.at(-1)?.offset.n === 3)
    expect(scene.kafka.values('orders')).toEqual(['1', '2', '3'])
    expect(await stored()).toEqual({ n: 3 })
    expect(scene.topics).toEqual(['orders'])
    expect(scene.figures.get('source-record-poll-total')).toBe(3)
    expect(scene.figures.get('source-record-write-total')).toBe(3)
  })

  it('never commits past a record that is not acknowledged, whatever was acknowledged behind it', async () => {
    scene.kafka.holding = true
    const source = numbers([record(1), record(2), record(3)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => scene.kafka.unacknowledged.length === 3)
    const [first, second, third] = scene.kafka.unacknowledged
    third?.settle()
    first?.settle()
    await until(() => source.told.length > 0)
    expect(await stored()).toEqual({ n: 1 })
    second?.settle()
    await until(() => source.told.at(-1)?.offset.n === 3)
    expect(await stored()).toEqual({ n: 3 })
  })

  it('tells the source at once how far everything has arrived, before offsets are stored', async () => {
    scene.kafka.holding = true
    const source = numbers([record(1), record(2), offsetOnly(3), record(4)])
    const worker = { 'offset.flush.interval.ms': '600000' }
    scene.start('source', source.definition, { settings: plain, worker })
    await until(() => scene.kafka.unacknowledged.length === 3)
    const [first, second, fourth] = scene.kafka.unacknowledged
    second?.settle()
    expect(source.arrived).toEqual([])
    first?.settle()
    expect(source.arrived).toEqual([3])
    fourth?.settle()
    expect(source.arrived).toEqual([3, 4])
    expect(await stored()).toBeUndefined()
  })

  it("keeps offsets in the connector's own topic before the worker's", async () => {
    await scene.offsets.set('c', [{ partition, offset: { n: 1 } }])
    const source = numbers([record(2)])
    scene.start('source', source.definition, { settings: { ...plain, 'offsets.storage.topic': 'own' } })
    await until(() => source.told.at(-1)?.offset.n === 2)
    expect(source.opened).toEqual([{ n: 1 }])
    expect(scene.kafka.values('own')).toEqual(['{"n":2}'])
    await until(() => source.told.length > 0)
    expect(await stored()).toEqual({ n: 2 })
  })

  it('lets an offset without a record wait its turn', async () => {
    scene.kafka.holding = true
    const source = numbers([record(1), offsetOnly(2)], [offsetOnly(3)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => scene.kafka.unacknowledged.length === 1 && source.next.length === 0)
    expect(await stored()).toBeUndefined()
    scene.kafka.unacknowledged[0]?.settle()
    await until(() => source.told.at(-1)?.offset.n === 3)
    expect(scene.kafka.values('orders')).toEqual(['1'])
  })

  it('opens at the stored offset', async () => {
    await scene.offsets.set('c', [{ partition, offset: { n: 41 } }])
    const source = numbers()
    scene.start('source', source.definition, { settings: plain })
    await until(() => source.opened.length === 1)
    expect(source.opened).toEqual([{ n: 41 }])
  })

  it('moves the offset past records that a transform drops', async () => {
    scene.plugins.push(
      defineTransform({
        name: 'DropOdd',
        version: '1',
        doc: 'For tests.',
        config: {},
        touches: () => ['value'],
        open: () => ({ apply: (one) => (Number(one.value) % 2 === 1 ? null : one) }),
      }),
    )
    const source = numbers([record(1), record(2), record(3)])
    const settings = { ...plain, transforms: 'drop', 'transforms.drop.type': 'DropOdd' }
    scene.start('source', source.definition, { settings })
    await until(() => source.told.at(-1)?.offset.n === 3)
    expect(scene.kafka.values('orders')).toEqual(['2'])
  })

  it.each(['true', 'false'])('moves rows as it moves records (rows.fast.path=%s)', async (fast) => {
    const source = numbers()
    const { definition } = source
    const schema = struct({ id: { type: 'int64' }, name: { type: 'string', optional: true } })
    const rows = {
      kind: 'rows',
      topic: 'orders',
      count: 2,
      schema,
      buffer: Buffer.from('1x2'),
      fieldEnds: Uint32Array.of(1, 2, 3, NULL_FIELD + 3),
      keyFields: [0],
      keySchema: struct({ id: { type: 'int64' } }),
      originOf: (row: number) => ({ partition, offset: { n: row + 1 } }),
    } as const
    source.next.push(() => Promise.resolve(rows as never))
    const settings = { ...plain, 'key.converter': 'JsonConverter', 'rows.fast.path': fast }
    scene.start('source', definition, { settings })
    await until(() => source.told.at(-1)?.offset.n === 2)
    expect(scene.kafka.values('orders')).toEqual(['{"id":1,"name":"x"}', '{"id":2,"name":null}'])
    expect(scene.figures.get('source-record-poll-total')).toBe(2)
  })

  it('polls again after a retriable error, and shows it meanwhile', async () => {
    const source = numbers(() => Promise.reject(new RetriableError('The database is away.')), [record(1)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => source.told.length > 0)
    expect(scene.statuses).toContainEqual({ state: 'RUNNING', detail: 'The database is away.' })
    expect(scene.task.status()).toEqual({ state: 'RUNNING' })
    expect(source.opened).toHaveLength(1)
  })

  it('does not poll while too much is in flight', async () => {
    scene.kafka.holding = true
    const big = Buffer.alloc(40 * 1024 * 1024)
    const source = numbers([record(1, big)], [record(2, big)])
    scene.start('source', source.definition, { settings: { 'value.converter': 'ByteArrayConverter' } })
    await until(() => scene.kafka.unacknowledged.length === 1)
    await wait(20)
    expect(source.polls).toBe(1)
    scene.kafka.unacknowledged[0]?.settle()
    await until(() => source.polls > 1)
  })

  it('stops by ending the poll, waiting for acknowledgements and committing', async () => {
    scene.kafka.holding = true
    const source = numbers([record(1), record(2)])
    scene.start('source', source.definition, {
      settings: plain,
      worker: { 'offset.flush.interval.ms': '60000' },
    })
    await until(() => scene.kafka.unacknowledged.length === 2)
    const stopped = scene.stop()
    await wait(20)
    for (const { settle } of scene.kafka.unacknowledged) settle()
    await stopped
    expect(await stored()).toEqual({ n: 2 })
    expect(source.told.at(-1)?.offset).toEqual({ n: 2 })
    expect(source.closed).toBe(1)
  })

  it('gives up a stop whose acknowledgements do not come, and commits nothing beyond them', async () => {
    scene.kafka.holding = true
    const source = numbers([record(1), record(2)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => scene.kafka.unacknowledged.length === 2)
    await scene.task.stop({ timeoutMs: 20 })
    expect(await stored()).toBeUndefined()
  })

  it('does not wait for ever for a poll that ignores its signal', async () => {
    const source = numbers(() => new Promise(() => {}))
    scene.start('source', source.definition, { settings: plain })
    await until(() => source.polls === 1)
    await scene.task.stop({ timeoutMs: 20 })
    expect(source.closed).toBe(1)
  })

  it('calls the source no more while paused, and goes on when resumed', async () => {
    const source = numbers([record(1)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => source.told.length === 1)
    scene.task.pause()
    expect(scene.task.status().state).toBe('PAUSED')
    source.next.push([record(2)])
    await wait(20)
    expect(scene.kafka.values('orders')).toEqual(['1'])
    scene.task.resume()
    await until(() => scene.kafka.values('orders').length === 2)
  })

  it('fails on a record that cannot be converted, and commits what came before it', async () => {
    const source = numbers([record(1)], [record(2, () => {})], [record(3)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('errors.tolerance=all')
    await until(() => source.closed === 1)
    expect(await stored()).toEqual({ n: 1 })
    expect(scene.kafka.values('orders')).toEqual(['1'])
  })

  it('passes such a record over where errors are tolerated, and counts it', async () => {
    const source = numbers([record(1), record(2, () => {}), record(3)])
    const settings = { ...plain, 'errors.tolerance': 'all', 'errors.log.enable': 'true' }
    scene.start('source', source.definition, { settings })
    await until(() => source.told.at(-1)?.offset.n === 3)
    expect(scene.kafka.values('orders')).toEqual(['1', '3'])
    expect(scene.figures.get('total-records-skipped')).toBe(1)
    expect(scene.logged.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it.each([
    ['none', 'FAILED', undefined],
    ['all', 'RUNNING', { n: 2 }],
  ])('treats a record that is too large by errors.tolerance=%s', async (tolerance, state, offset) => {
    const tooLarge = new KafkaError('Too large.', { code: 'MESSAGE_TOO_LARGE', retriable: false })
    scene.kafka.refuse = ({ value }) => (String(value) === '1' ? tooLarge : undefined)
    const source = numbers([record(1), record(2)])
    scene.start('source', source.definition, { settings: { ...plain, 'errors.tolerance': tolerance } })
    await until(() => scene.kafka.values('orders').length === 1 && scene.task.status().state === state)
    if (offset) await until(() => source.told.length > 0)
    expect(await stored()).toEqual(offset)
  })

  it.each([true, false])(
    'skips nothing when the producer gives up (retriable: %s), even where errors are tolerated',
    async (retriable) => {
      const gone = new KafkaError('Gone.', {
        code: retriable ? 'TIMEOUT' : 'TOPIC_AUTHORIZATION_FAILED',
        retriable,
      })
      scene.kafka.refuse = ({ value }) => (String(value) === '1' ? gone : undefined)
      const source = numbers([record(1), record(2)])
      scene.start('source', source.definition, { settings: { ...plain, 'errors.tolerance': 'all' } })
      await until(() => scene.task.status().state === 'FAILED')
      expect(await stored()).toBeUndefined()
    },
  )

  it('keeps offsets that could not be stored for the next commit', async () => {
    const { offsets } = scene
    let failures = 2
    scene.offsets = {
      get: (connector, partitions) => offsets.get(connector, partitions),
      all: (connector) => offsets.all(connector),
      identity: () => offsets.identity(),
      close: async () => {},
      set: async (connector, all) => {
        if (failures-- > 0) throw new RetriableError('Not now.')
        await offsets.set(connector, all)
      },
    }
    const source = numbers([record(1)])
    scene.start('source', source.definition, { settings: plain })
    await until(() => source.told.length === 1)
    expect(await stored()).toEqual({ n: 1 })
    expect(scene.task.status().state).toBe('RUNNING')
  })

  it('waits for a person once another worker has taken over its offsets', async () => {
    const { offsets } = scene
    scene.offsets = {
      get: (connector, partitions) => offsets.get(connector, partitions),
      all: (connector) => offsets.all(connector),
      identity: () => offsets.identity(),
      close: async () => {},
      set: async () => {
        throw new TakenOverError('The offsets are taken.')
      },
    }
    scene.start('source', numbers([record(1)]).definition, { settings: plain })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().nextTryAt).toBeUndefined()
    expect(scene.task.status().trace).toContain('The offsets are taken.')
  })

  it('waits for a person once another worker has taken over its producer id', async () => {
    const fenced = new KafkaError('Another worker runs it.', { code: 'PRODUCER_FENCED', retriable: false })
    scene.kafka.refuse = () => fenced
    scene.start('source', numbers([record(1)]).definition, { settings: plain })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().nextTryAt).toBeUndefined()
    expect(await stored()).toBeUndefined()
  })

  it('tells the source of commits between polls only', async () => {
    let polling = false
    let overlapped = false
    const source = numbers([record(1)], async (signal) => {
      polling = true
      await wait(1000, signal).finally(() => {
        polling = false
      })
      return []
    })
    const { definition } = source
    scene.start(
      'source',
      {
        ...definition,
        open: async (context: never) => {
          const task = await definition.open(context)
          return {
            ...task,
            committed: async (origins: never) => {
              overlapped ||= polling
              await task.committed?.(origins)
            },
          }
        },
      },
      { settings: plain },
    )
    await until(() => source.told.length === 1)
    expect(overlapped).toBe(false)
  })

  it('restarts by itself after a failure, and says when', async () => {
    const source = numbers(() => Promise.reject(new Error('Broken.')), [record(1)])
    scene.start('source', source.definition, { settings: { ...plain, 'task.restart.backoff.ms': '1' } })
    await until(() => source.told.length === 1)
    const failed = scene.statuses.find(({ state }) => state === 'FAILED')
    expect(failed?.trace).toContain('Broken.')
    expect(failed?.nextTryAt).toBeGreaterThan(0)
    expect(source.opened).toHaveLength(2)
    expect(source.closed).toBe(1)
  })

  it('waits for a person after the last restart that is allowed', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('Broken.'))
    const source = numbers(broken, broken, broken)
    const settings = { ...plain, 'task.restart.backoff.ms': '1', 'task.restart.max': '1' }
    scene.start('source', source.definition, { settings })
    await until(() => scene.task.status().state === 'FAILED' && scene.task.status().nextTryAt === undefined)
    expect(source.opened).toHaveLength(2)
    await scene.task.restart()
    await until(() => source.opened.length === 3)
  })

  it('reports all wrong settings at once and does not try again by itself', async () => {
    const settings = {
      'errors.tolerance': 'some',
      'task.restart.max': 'x',
      transforms: 'a',
      'value.converter': 'Nothing',
    }
    scene.start('source', numbers().definition, { settings })
    await until(() => scene.task.status().state === 'FAILED')
    const { trace, nextTryAt } = scene.task.status()
    expect(trace).toContain('errors.tolerance must be one of none, all')
    expect(trace).toContain('task.restart.max must be a whole number')
    expect(trace).toContain('transforms.a.type is required')
    expect(trace).toContain('value.converter names "Nothing": there is no Nothing')
    expect(nextTryAt).toBeUndefined()
  })

  it('creates a topic as topic.creation.default asks for', async () => {
    const source = numbers([record(1)])
    const settings = {
      ...plain,
      'topic.creation.default.partitions': '3',
      'topic.creation.default.replication.factor': '-1',
      'topic.creation.default.cleanup.policy': 'compact',
    }
    scene.start('source', source.definition, { settings })
    await until(() => source.told.length === 1)
    expect(scene.kafka.created).toEqual([
      { name: 'orders', partitions: 3, configs: { 'cleanup.policy': 'compact' } },
    ])
  })

  it('names the topic that is missing where it may not create it', async () => {
    const source = numbers([record(1)])
    scene.start('source', source.definition, {
      settings: plain,
      worker: { 'topic.creation.enable': 'false' },
    })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('The topic orders does not exist')
    expect(scene.task.status().trace).toContain(
      'kafka-topics.sh --bootstrap-server fake:1 --create --topic orders',
    )
    expect(await stored()).toBeUndefined()
  })

  it('treats a record error of poll as the end of the run: nothing was given that could be passed over', async () => {
    const source = numbers(() => Promise.reject(new RecordError('Odd.')))
    scene.start('source', source.definition, { settings: { ...plain, 'errors.tolerance': 'all' } })
    await until(() => scene.task.status().state === 'FAILED')
  })
})
