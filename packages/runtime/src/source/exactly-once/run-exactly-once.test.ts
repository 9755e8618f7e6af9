import {
  defineSource,
  type Json,
  type OffsetOnly,
  RecordError,
  type SourceDefinition,
  type SourceOrigin,
  type SourceRecord,
  type TransactionContext,
  wait,
} from '@sluice/template'
import { KafkaError } from '../../kafka/types.ts'
import { TaskScene, until } from '../../task/testing/task-scene.ts'

const partition = { table: 'orders' }
type Offset = { n: number }
type Item = SourceRecord<Offset> | OffsetOnly<Offset>
type Poll = readonly Item[] | ((transaction: TransactionContext<Offset> | undefined) => readonly Item[])

const record = (n: number, value: unknown = n): SourceRecord<Offset> => ({
  origin: { partition, offset: { n } },
  topic: 'orders',
  value,
})
const offsetOnly = (n: number): OffsetOnly<Offset> => ({ origin: { partition, offset: { n } } })

/** A source that can go back: it polls what follows the stored offset, a poll as `polls` has them. */
function replayable(polls: readonly Poll[], more: Partial<SourceDefinition> = {}) {
  const seen = {
    opened: [] as (number | undefined)[],
    told: [] as SourceOrigin<Offset>[],
    arrived: [] as number[],
    definition: defineSource({
      name: 'replayable',
      version: '1',
      doc: 'For tests.',
      config: {},
      parseOffset: (raw: Json): Offset => raw as Offset,
      transactionBoundaries: () => 'supported',
      open: async ({ offsets, transaction }) => {
        const [stored] = await offsets([partition])
        seen.opened.push(stored?.n)
        const left = [...polls]
        return {
          poll: async ({ signal }) => {
            for (let next = left.shift(); next; next = left.shift()) {
              const items = typeof next === 'function' ? next(transaction) : next
              const news = items.filter(({ origin }) => origin.offset.n > (stored?.n ?? 0))
              if (news.length > 0) return news
            }
            await wait(60_000, signal)
            return []
          },
          acknowledged: ({ offset }) => void seen.arrived.push(offset.n),
          committed: async (origins) => void seen.told.push(...origins),
        }
      },
    }) as SourceDefinition,
  }
  Object.assign(seen, { definition: Object.freeze({ ...seen.definition, ...more }) })
  return seen
}

const settings = {
  'value.converter': 'JsonConverter',
  'value.converter.schemas.enable': 'false',
  'task.restart.backoff.ms': '1',
}
const worker = {
  'exactly.once.source.support': 'enabled',
  'offset.storage.topic': 'offsets',
  'group.id': 'g',
}
const passing = new KafkaError('The answer is lost.', { code: 'TRANSACTION_FAILED', retriable: true })
const refusal = new KafkaError('It is too large.', { code: 'MESSAGE_TOO_LARGE', retriable: false })

describe('a source task that delivers exactly once', () => {
  let scene: TaskScene
  beforeEach(() => {
    scene = new TaskScene()
    scene.kafka.topics.set('offsets', [])
  })
  afterEach(() => scene.stop())

  const start = (definition: SourceDefinition, more: Record<string, string> = {}) =>
    scene.start('source', definition, { settings: { ...settings, ...more }, worker })
  const committed = () => scene.kafka.transactions.flatMap((one) => (one.committed ? [one.values] : []))
  const toldUpTo = (source: { told: SourceOrigin<Offset>[] }, n: number) =>
    until(() => source.told.at(-1)?.offset.n === n)

  it('commits what each poll gives together with its offset', async () => {
    const source = replayable([[record(1), record(2)], [record(3), offsetOnly(4)], [offsetOnly(5)]])
    start(source.definition)
    await toldUpTo(source, 5)
    expect(source.arrived).toEqual([2, 4, 5])
    expect(committed()).toEqual([['1', '2', '{"n":2}'], ['3', '{"n":4}'], ['{"n":5}']])
    expect([...scene.kafka.epochs]).toEqual([['g-c-0', 0]])
    const sizes = scene.measured.filter(([attribute]) => attribute === 'transaction-size')
    expect(sizes.map(([, size]) => size)).toEqual([2, 1, 0])
    expect(scene.figures.get('source-record-write-total')).toBe(3)
  })

  it('goes on from what is committed', async () => {
    scene.kafka.add('offsets', ['{"n":2}'], { key: Buffer.from('["c",{"table":"orders"}]') })
    const source = replayable([[record(1), record(2)], [record(3)]])
    start(source.definition)
    await toldUpTo(source, 3)
    expect(source.opened).toEqual([2])
    expect(scene.kafka.values('orders')).toEqual(['3'])
  })

  it.each([true, false])('repeats nothing after a commit without an answer (done: %s)', async (done) => {
    scene.kafka.commitFates.push({ error: passing, done })
    const source = replayable([[record(1), record(2)], [record(3)]])
    start(source.definition)
    await toldUpTo(source, 3)
    expect(scene.kafka.values('orders')).toEqual(['1', '2', '3'])
    expect(source.opened).toEqual([undefined, done ? 2 : undefined])
    expect(scene.statuses.some(({ state }) => state === 'FAILED')).toBe(false)
  })

  it('takes nothing back from a worker that has the task meanwhile', async () => {
    let taken = false
    const takeOver = (): readonly Item[] => {
      if (!taken) scene.kafka.epochs.set('g-c-0', 7)
      taken = true
      return [record(2)]
    }
    const source = replayable([[record(1)], takeOver])
    start(source.definition)
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().nextTryAt).toBeUndefined()
    expect(scene.task.status().trace).toContain('Another worker')
    expect(scene.kafka.epochs.get('g-c-0')).toBe(7)
    await scene.task.restart()
    await until(() => scene.kafka.epochs.get('g-c-0') === 8)
  })

  it('sets a record aside that brokers refuse, and commits the others once', async () => {
    scene.kafka.refuse = ({ value }) => (Buffer.from(value ?? '').toString() === '2' ? refusal : undefined)
    const source = replayable([[record(1), record(2), record(3)], [record(4)]])
    start(source.definition, { 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'letters' })
    await toldUpTo(source, 4)
    expect(scene.kafka.values('orders')).toEqual(['1', '3', '4'])
    expect(scene.kafka.values('letters')).toHaveLength(1)
    expect(scene.kafka.values('offsets').at(-1)).toBe('{"n":4}')
  })

  it('fails with a refused record where none is tolerated', async () => {
    scene.kafka.refuse = ({ value }) => (Buffer.from(value ?? '').toString() === '2' ? refusal : undefined)
    start(replayable([[record(1), record(2)]]).definition)
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('too large')
    expect(scene.kafka.values('orders')).toEqual([])
  })

  it('commits past a record that can not be converted once its dead letter is there', async () => {
    const definition = replayable([[record(1), record(2, () => 'no JSON')], [record(3)]])
    start(definition.definition, {
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': 'letters',
    })
    await toldUpTo(definition, 3)
    expect(scene.kafka.values('orders')).toEqual(['1', '3'])
    expect(scene.kafka.values('letters')).toHaveLength(1)
  })

  it('gathers polls for an interval, and commits in time when nothing more comes', async () => {
    const source = replayable([[record(1)], [record(2)], [record(3)]])
    start(source.definition, { 'transaction.boundary': 'interval', 'transaction.boundary.interval.ms': '50' })
    await toldUpTo(source, 3)
    expect(committed()).toEqual([['1', '2', '3', '{"n":3}']])
    expect(source.arrived).toEqual([3])
  })

  it('commits what is open when it pauses and when it stops', async () => {
    const source = replayable([[record(1)]])
    const boundary = { 'transaction.boundary': 'interval', 'transaction.boundary.interval.ms': '600000' }
    start(source.definition, boundary)
    await until(() => source.opened.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    scene.task.pause()
    await toldUpTo(source, 1)
    expect(committed()).toEqual([['1', '{"n":1}']])
    await scene.stop()

    scene = new TaskScene()
    scene.kafka.topics.set('offsets', [])
    const other = replayable([[record(5)]])
    start(other.definition, boundary)
    await until(() => other.opened.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await scene.stop()
    expect(committed()).toEqual([['5', '{"n":5}']])
    expect(other.told.at(-1)?.offset).toEqual({ n: 5 })
  })

  describe('where the connector says where transactions end', () => {
    const boundary = { 'transaction.boundary': 'connector' }

    it('commits and aborts after batches and records; what is aborted is not polled again', async () => {
      const source = replayable([
        [record(1)],
        (transaction) => {
          transaction?.commit()
          return [record(2)]
        },
        (transaction) => {
          const items = [record(3), record(4), record(5), record(6)]
          transaction?.abort(items[1])
          transaction?.commit(items[2])
          return items
        },
        (transaction) => {
          transaction?.abort()
          return [record(7)]
        },
        (transaction) => {
          transaction?.commit()
          return [offsetOnly(8)]
        },
      ])
      start(source.definition, boundary)
      await toldUpTo(source, 8)
      expect(committed()).toEqual([
        ['1', '2', '{"n":2}'],
        ['{"n":4}'],
        ['5', '{"n":5}'],
        ['{"n":7}'],
        ['{"n":8}'],
      ])
      expect(scene.kafka.values('orders')).toEqual(['1', '2', '5'])
    })

    it('leaves what is not ended to the next start', async () => {
      const source = replayable([[record(1)]])
      start(source.definition, boundary)
      await until(() => source.opened.length === 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
      await scene.stop()
      expect(committed()).toEqual([])
      expect(scene.kafka.values('offsets')).toEqual([])
    })

    it('refuses a commit and an abort at one place', async () => {
      const source = replayable([
        (transaction) => {
          transaction?.commit()
          transaction?.abort()
          return []
        },
      ])
      start(source.definition, boundary)
      await until(() => scene.task.status().state === 'FAILED')
      expect(scene.task.status().trace).toContain('a commit and for an abort')
    })
  })

  it('keeps offsets in the topic of the connector, and copies them to the worker afterwards', async () => {
    await scene.offsets.set('c', [{ partition, offset: { n: 1 } }])
    const source = replayable([[record(1)], [record(2)]])
    start(source.definition, { 'offsets.storage.topic': 'own' })
    await toldUpTo(source, 2)
    expect(source.opened).toEqual([1])
    expect(scene.kafka.created).toContainEqual(
      expect.objectContaining({ name: 'own', configs: { 'cleanup.policy': 'compact' } }),
    )
    expect(committed()).toEqual([['2', '{"n":2}']])
    expect(scene.kafka.values('own')).toEqual(['{"n":2}'])
    expect(await scene.offsets.get('c', [partition])).toEqual([{ n: 2 }])
  })

  it('writes nothing to the topic of its own offsets', async () => {
    start(replayable([[{ ...record(1), topic: 'offsets' }]]).definition)
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('may not produce to their own offsets topics')
  })

  it.each([
    [undefined, 'does not implement the API'],
    [() => 'unsupported' as const, 'does not support exactly-once semantics'],
  ])('is refused where it is required and the connector has not got it', async (exactlyOnce, message) => {
    const source = replayable([[record(1)]], exactlyOnce && { exactlyOnce })
    start(source.definition, { 'exactly.once.support': 'required' })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain(message)
    expect(scene.task.status().nextTryAt).toBeUndefined()
  })

  it('fails with what the source fails of, and discards what it had open', async () => {
    const source = replayable([
      [record(1)],
      () => {
        throw new RecordError('The row is broken.')
      },
    ])
    start(source.definition, {
      'transaction.boundary': 'interval',
      'transaction.boundary.interval.ms': '600000',
    })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.kafka.values('orders')).toEqual([])
    expect(scene.kafka.transactions.every((one) => !one.committed)).toBe(true)
  })

  it('stops in time though a commit hangs', async () => {
    const source = replayable([[record(1)]])
    const task = start(source.definition)
    await toldUpTo(source, 1)
    await task.stop({ timeoutMs: 1000 })
    expect(task.status().state).toBe('UNASSIGNED')
  })
})
