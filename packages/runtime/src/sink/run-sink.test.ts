import {
  defineSink,
  defineTransform,
  kindOf,
  type Offsets,
  RetriableError,
  type SinkBatch,
  type SinkContext,
  type SinkDefinition,
  type SinkTask,
  wait,
} from '@sluice/template'
import { KafkaError } from '../kafka/types.ts'
import { TaskScene, until } from '../task/testing/task-scene.ts'
import { builtInTransforms } from '../transforms/built-in-transforms.ts'

interface Sink {
  readonly definition: SinkDefinition
  /** What happened, in order. */
  readonly calls: string[]
  /** Values that a put has taken. */
  readonly values: unknown[]
  context: SinkContext<never>
}

function sink(task: Partial<SinkTask> = {}): Sink {
  const seen: Sink = {
    calls: [],
    values: [],
    context: undefined as unknown as SinkContext<never>,
    definition: defineSink({
      name: 'list',
      version: '1',
      doc: 'For tests.',
      config: {},
      open: async (context) => {
        seen.context = context as unknown as SinkContext<never>
        return {
          put: async (records, call) => {
            await task.put?.(records, call)
            seen.calls.push('put')
            seen.values.push(...[...records].map(({ value }) => value))
          },
          flush: async (call) => {
            await task.flush?.(call)
            seen.calls.push('flush')
          },
          assigned: async (partitions, how) => {
            seen.calls.push(`assigned ${how.epoch}`)
            return task.assigned?.(partitions, how)
          },
          revoked: async (_partitions, { lost }) => void seen.calls.push(lost ? 'lost' : 'revoked'),
          close: async () => void seen.calls.push('close'),
          ...(task.preCommit && { preCommit: task.preCommit }),
          ...(task.tick && { tick: task.tick }),
        }
      },
    }),
  }
  return seen
}

const settings = {
  topics: 'orders',
  'value.converter': 'JsonConverter',
  'value.converter.schemas.enable': 'false',
}
const seldom = { 'offset.flush.interval.ms': '60000' }

describe('a sink task', () => {
  let scene: TaskScene
  beforeEach(() => {
    scene = new TaskScene()
  })
  afterEach(() => scene.stop())

  const committed = (): bigint | undefined => scene.kafka.committed.get('orders')?.offset

  it('tells once what ended it, though its parts fail to close by the same', async () => {
    const error = new Error('The index is broken.')
    const broken = async (): Promise<never> => {
      throw error
    }
    scene.kafka.add('orders', ['1'])
    scene.start('sink', sink({ put: broken, flush: broken }).definition, { settings, worker: seldom })
    await until(() => scene.task.status().state === 'FAILED')
    const told = scene.logged.filter(({ fields }) => (fields as { err?: unknown }).err === error)
    expect(told.map(({ message }) => message)).toEqual(['The task failed.'])
  })

  it('learns which topics it reads, and what transforms make of their names', async () => {
    const list = sink()
    scene.plugins.push(...builtInTransforms)
    for (const topic of ['orders-eu', 'orders-us', 'others', '__consumer_offsets']) scene.kafka.add(topic, [])
    const router = {
      transforms: 'r',
      'transforms.r.type': 'RegexRouter',
      'transforms.r.regex': 'orders-.*',
      'transforms.r.replacement': 'orders',
    }
    const { topics: _, ...rest } = settings
    scene.start('sink', list.definition, { settings: { ...rest, 'topics.regex': '.*r.*', ...router } })
    await until(() => scene.task.status().state === 'RUNNING')
    expect(await list.context.routes()).toEqual([
      { topic: 'orders-eu', becomes: ['orders'] },
      { topic: 'orders-us', becomes: ['orders'] },
      { topic: 'others', becomes: ['others'] },
    ])
    expect(list.context.transforms).toEqual([{ name: 'r', type: 'RegexRouter', changes: ['topic'] }])
  })

  it('is told that Kafka may be asked again, in the template’s own words', async () => {
    const list = sink()
    scene.start('sink', list.definition, { settings })
    await until(() => scene.task.status().state === 'RUNNING')
    scene.kafka.unreachable = new KafkaError('No broker answers.', { code: 'NETWORK', retriable: true })
    const partition = { topic: 'orders', partition: 0 }
    const asked = await Promise.allSettled([
      list.context.endOffsets([partition]),
      list.context.committed([partition]),
      list.context.partitionCount('orders'),
    ])
    expect(asked.map((one) => one.status === 'rejected' && kindOf(one.reason))).toEqual(
      Array.from({ length: 3 }, () => 'retriable'),
    )
  })

  it('puts records, flushes, and then commits', async () => {
    const list = sink()
    scene.kafka.add('orders', ['1', '2', '3'])
    scene.start('sink', list.definition, { settings })
    await until(() => committed() === 3n)
    expect(list.values).toEqual([1, 2, 3])
    expect(list.calls.slice(0, 3)).toEqual(['assigned 1', 'put', 'flush'])
    expect(scene.figures.get('sink-record-read-total')).toBe(3)
    expect(scene.figures.get('sink-record-send-total')).toBe(3)
    expect(scene.topics).toEqual(['orders'])
  })

  it('tells a transform where its record came from, whatever was made of the topic before', async () => {
    const list = sink()
    scene.plugins.push(...builtInTransforms)
    scene.kafka.add('orders', ['{"a":1}', '{"a":2}'])
    const chain = {
      transforms: 'route,where',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': 'orders',
      'transforms.route.replacement': 'other',
      'transforms.where.type': 'InsertField$Value',
      'transforms.where.offset.field': 'offset',
      'transforms.where.topic.field': 'topic',
    }
    scene.start('sink', list.definition, { settings: { ...settings, ...chain } })
    await until(() => committed() === 2n)
    expect(list.values).toEqual([
      { a: 1, offset: 0n, topic: 'other' },
      { a: 2, offset: 1n, topic: 'other' },
    ])
  })

  it('reads in the group connect-<name> from the earliest record on', async () => {
    scene.start('sink', sink().definition, { settings, worker: { 'consumer.max.poll.records': '7' } })
    await until(() => scene.task.status().state === 'RUNNING')
    expect(scene.kafka.settings['consumer']).toMatchObject({
      'auto.offset.reset': 'earliest',
      'max.poll.records': '7',
      'client.id': 'connector-consumer-c-0',
    })
  })

  it('offers the bytes of values that are JSON, and the value otherwise', async () => {
    const offered: unknown[] = []
    const list = sink({
      put: async (batch: SinkBatch) => {
        for (let i = 0; i < batch.length; i++) {
          const json = batch.json(i)
          offered.push(json && Buffer.from(json).toString())
        }
      },
    })
    scene.kafka.add('orders', ['{"id": 9007199254740993}', null, '{\n}'])
    scene.start('sink', list.definition, { settings })
    await until(() => list.values.length === 3)
    expect(offered).toEqual(['{"id": 9007199254740993}', null, undefined])
    expect(list.values).toEqual([{ id: 9007199254740993n }, null, {}])
  })

  it('gives the same records of a batch that the sink has kept', async () => {
    const kept: SinkBatch[] = []
    const list = sink({ put: async (batch: SinkBatch) => void kept.push(batch) })
    scene.kafka.add('orders', ['{"id": 9007199254740993}', null, '{\n}'])
    scene.start('sink', list.definition, { settings })
    await until(() => committed() === 3n)
    const again = kept.flatMap((batch) => [...batch])
    expect(again.map(({ value }) => value)).toEqual(list.values)
    expect(again.map(({ origin }) => origin.offset)).toEqual([0n, 1n, 2n])
  })

  it('puts the same batch again after a retriable error, and commits nothing of it before', async () => {
    const batches: SinkBatch[] = []
    const list = sink({
      put: async (batch) => {
        batches.push(batch)
        if (batches.length < 3) throw new RetriableError('Busy.')
      },
    })
    scene.kafka.add('orders', ['1', '2'])
    scene.start('sink', list.definition, { settings })
    await until(() => batches.length === 1)
    await wait(15)
    expect(committed()).toBeUndefined()
    await until(() => committed() === 2n)
    expect(batches[1]).toBe(batches[0])
    expect(scene.statuses).toContainEqual({ state: 'RUNNING', detail: 'Busy.' })
    expect(list.values).toEqual([1, 2])
  })

  it('commits no more than preCommit allows, with its metadata', async () => {
    const list = sink({
      preCommit: async (consumed: Offsets) =>
        consumed.map((one) => ({ ...one, offset: one.offset - 1n, metadata: 'partitions=1' })),
    })
    scene.kafka.add('orders', ['1', '2', '3'])
    scene.start('sink', list.definition, { settings })
    await until(() => scene.kafka.committed.size > 0)
    expect(scene.kafka.committed.get('orders')).toEqual({ offset: 2n, metadata: 'partitions=1' })
  })

  it('leaves out offsets beyond what the sink was given', async () => {
    const list = sink({
      preCommit: async () => [
        { topic: 'orders', partition: 0, offset: 100n },
        { topic: 'others', partition: 0, offset: 1n },
      ],
    })
    scene.kafka.add('orders', ['1'])
    scene.start('sink', list.definition, { settings })
    await until(() => scene.logged.some(({ message }) => message.includes('never given')))
    expect(scene.kafka.commits).toEqual([])
  })

  it('does not commit the same offsets twice', async () => {
    scene.kafka.add('orders', ['1'])
    const list = sink()
    scene.start('sink', list.definition, { settings })
    await until(() => list.calls.filter((call) => call === 'flush').length > 3)
    expect(scene.kafka.commits).toHaveLength(1)
  })

  it('reads on where the sink says, rather than where the group does', async () => {
    const list = sink({ assigned: async () => [{ topic: 'orders', partition: 0, offset: 2n }] })
    scene.kafka.add('orders', ['1', '2', '3'])
    scene.kafka.committed.set('orders', { offset: 1n })
    scene.start('sink', list.definition, { settings })
    await until(() => list.values.length > 0)
    expect(list.values).toEqual([3])
  })

  it('flushes and commits before partitions go, then reads on with nothing lost or repeated', async () => {
    const list = sink()
    scene.kafka.add('orders', ['1', '2'])
    scene.start('sink', list.definition, { settings, worker: seldom })
    await until(() => list.values.length === 2)
    scene.kafka.rebalance()
    scene.kafka.add('orders', ['3'])
    await until(() => list.values.length === 3)
    expect(list.calls).toEqual(['assigned 1', 'put', 'flush', 'revoked', 'assigned 2', 'put'])
    expect(committed()).toBe(2n)
    expect(list.values).toEqual([1, 2, 3])
  })

  it('tells a flush which partitions go after it, and commits what was finished for that', async () => {
    const flushes: unknown[] = []
    let finished = 0n
    const list = sink({
      flush: async ({ leaving = [] }) => {
        flushes.push(leaving)
        if (leaving.length > 0) finished = 2n
      },
      preCommit: async (consumed) => consumed.map((one) => ({ ...one, offset: finished })),
    })
    scene.kafka.add('orders', ['1', '2'])
    scene.start('sink', list.definition, { settings })
    await until(() => list.values.length === 2 && flushes.length > 1)
    await scene.stop()
    expect(flushes[0]).toEqual([])
    expect(flushes.at(-1)).toEqual([{ topic: 'orders', partition: 0 }])
    expect(committed()).toBe(2n)
  })

  it('neither flushes nor commits for partitions that are lost already', async () => {
    const list = sink()
    scene.kafka.add('orders', ['1'])
    scene.start('sink', list.definition, { settings, worker: seldom })
    await until(() => list.values.length === 1)
    scene.kafka.rebalance({ lost: true })
    await until(() => list.calls.includes('assigned 2'))
    expect(list.calls.slice(0, 4)).toEqual(['assigned 1', 'put', 'lost', 'assigned 2'])
    expect(scene.kafka.commits).toEqual([])
  })

  it('aborts a put when a rebalance waits, and its records come again', async () => {
    let first = true
    const list = sink({
      put: async (_batch, { signal }) => {
        if (!first) return
        first = false
        await wait(60_000, signal)
      },
    })
    scene.kafka.add('orders', ['1', '2'])
    scene.start('sink', list.definition, { settings, worker: seldom })
    await until(() => !first)
    scene.kafka.rebalance()
    await until(() => list.values.length === 2)
    expect(list.calls).toEqual(['assigned 1', 'flush', 'revoked', 'assigned 2', 'put'])
    expect(list.values).toEqual([1, 2])
  })

  it('aborts a put at a pause, commits, and puts the records again when resumed', async () => {
    let hold = true
    const list = sink({ put: async (_batch, { signal }) => (hold ? wait(60_000, signal) : undefined) })
    scene.kafka.add('orders', ['1'])
    scene.start('sink', list.definition, { settings, worker: seldom })
    await until(() => list.calls.includes('assigned 1'))
    await wait(5)
    scene.task.pause()
    await until(() => list.calls.includes('flush'))
    hold = false
    await wait(10)
    expect(list.values).toEqual([])
    scene.task.resume()
    await until(() => list.values.length === 1)
  })

  it('starts paused where it is told to, and fetches nothing', async () => {
    const list = sink()
    scene.kafka.add('orders', ['1'])
    scene.start('sink', list.definition, { settings, paused: true })
    await until(() => scene.task.status().state === 'PAUSED')
    await wait(15)
    expect(list.values).toEqual([])
    scene.task.resume()
    await until(() => list.values.length === 1)
  })

  it('flushes and commits when it stops, then closes', async () => {
    const list = sink()
    scene.kafka.add('orders', ['1', '2'])
    scene.start('sink', list.definition, { settings, worker: seldom })
    await until(() => list.values.length === 2)
    await scene.stop()
    expect(committed()).toBe(2n)
    expect(list.calls).toEqual(['assigned 1', 'put', 'flush', 'revoked', 'close'])
  })

  it('tries a flush again that cannot be done now, also when it stops', async () => {
    let failures = 2
    const list = sink({
      flush: async () => {
        if (failures-- > 0) throw new RetriableError('Busy.')
      },
    })
    scene.kafka.add('orders', ['1'])
    scene.start('sink', list.definition, { settings, worker: seldom })
    await until(() => list.values.length === 1)
    await scene.stop()
    expect(committed()).toBe(1n)
  })

  it('goes on when a commit comes too late for the group', async () => {
    const late = new KafkaError('Too late.', { code: 'ILLEGAL_GENERATION', retriable: false })
    scene.kafka.commitErrors.push(late)
    scene.kafka.add('orders', ['1'])
    scene.start('sink', sink().definition, { settings })
    await until(() => committed() === 1n)
    expect(scene.figures.get('offset-commit-skip-total')).toBe(1)
    expect(scene.statuses.every(({ state }) => state !== 'FAILED')).toBe(true)
  })

  it('commits soon when the sink asks', async () => {
    const list = sink()
    scene.kafka.add('orders', ['1'])
    scene.start('sink', list.definition, { settings, worker: seldom })
    await until(() => list.values.length === 1)
    expect(committed()).toBeUndefined()
    list.context.requestCommit()
    await until(() => committed() === 1n)
  })

  it('ticks whether or not records come, never while a put is pending', async () => {
    let putting = false
    const ticks: boolean[] = []
    const list = sink({
      put: async () => {
        putting = true
        await wait(20)
        putting = false
      },
      tick: async () => void ticks.push(putting),
    })
    scene.start('sink', list.definition, { settings })
    await until(() => ticks.length > 0)
    scene.kafka.add('orders', ['1'])
    await until(() => list.values.length === 1)
    expect(ticks).not.toContain(true)
  })

  it('ends with the error of a put that is not retriable, without committing the batch', async () => {
    const list = sink({ put: () => Promise.reject(new Error('Disk full.')) })
    scene.kafka.add('orders', ['1'])
    scene.start('sink', list.definition, { settings })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('Disk full.')
    expect(scene.kafka.commits).toEqual([])
  })

  it('knows offsets and partitions of its topics', async () => {
    const list = sink()
    scene.kafka.add('orders', ['1', '2'])
    scene.start('sink', list.definition, { settings })
    await until(() => committed() === 2n)
    const partitions = [{ topic: 'orders', partition: 0 }]
    expect(await list.context.endOffsets(partitions)).toEqual([{ ...partitions[0], offset: 2n }])
    expect(await list.context.partitionCount('orders')).toBe(1)
    expect(await list.context.committed(partitions)).toMatchObject([{ offset: 2n }])
    await expect(list.context.partitionCount('none')).rejects.toThrow('none does not exist')
  })

  it.each([{}, { topics: 'a', 'topics.regex': 'b' }])('wants topics or topics.regex: %j', async (wrong) => {
    scene.start('sink', sink().definition, { settings: wrong })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('topics.regex must be set')
    expect(scene.task.status().nextTryAt).toBeUndefined()
  })
})

describe('bad records of a sink task', () => {
  const tolerant = { ...settings, 'errors.tolerance': 'all' }
  const dead = { ...tolerant, 'errors.deadletterqueue.topic.name': 'dead' }
  let scene: TaskScene
  beforeEach(() => {
    scene = new TaskScene()
    scene.kafka.add('orders', ['1', 'no json', '3'])
  })
  afterEach(() => scene.stop())

  const committed = (): bigint | undefined => scene.kafka.committed.get('orders')?.offset

  it('end the task by default, before their offset is passed', async () => {
    const list = sink()
    scene.start('sink', list.definition, {
      settings: { ...settings, 'errors.deadletterqueue.topic.name': 'dead' },
    })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('offset 1 failed in VALUE_CONVERTER')
    expect(scene.kafka.commits).toEqual([])
    expect(scene.kafka.values('dead')).toEqual([])
  })

  it.each([
    ['none', false],
    ['all', true],
  ])('may be set aside by the sink too, which is told: errors.tolerance=%s', async (tolerance, told) => {
    const list = sink()
    scene.start('sink', list.definition, { settings: { ...settings, 'errors.tolerance': tolerance } })
    await until(() => list.calls.includes('assigned 1'))
    expect(list.context.toleratesRejects).toBe(told)
  })

  it('are left out where errors are tolerated', async () => {
    const list = sink()
    scene.start('sink', list.definition, { settings: tolerant })
    await until(() => committed() === 3n)
    expect(list.values).toEqual([1, 3])
    expect(scene.figures.get('total-records-skipped')).toBe(1)
  })

  it('come again after a stop that ends their retries: being interrupted is no fault of theirs', async () => {
    let tries = 0
    scene.plugins.push(
      defineTransform({
        name: 'Busy',
        version: '1',
        doc: 'For tests.',
        config: {},
        touches: () => ['value'],
        open: () => ({
          apply: () => {
            tries++
            throw new RetriableError('Busy.')
          },
        }),
      }),
    )
    scene.start('sink', sink().definition, {
      settings: {
        ...dead,
        'value.converter': 'StringConverter',
        'errors.retry.timeout': '-1',
        transforms: 'busy',
        'transforms.busy.type': 'Busy',
      },
    })
    await until(() => tries >= 2)
    await scene.stop()
    expect(scene.kafka.commits).toEqual([])
    expect(scene.kafka.values('dead')).toEqual([])
    expect(scene.logged.filter(({ level }) => level === 'warn')).toEqual([])
  })

  it('go to the dead-letter topic with their original bytes, and say why in the headers', async () => {
    const list = sink()
    const key = Buffer.from('"k"')
    scene.kafka.add('orders', ['{'], { key, headers: [{ key: 'h', value: Buffer.from('x') }] })
    scene.start('sink', list.definition, {
      settings: { ...dead, 'errors.deadletterqueue.context.headers.enable': 'true' },
    })
    await until(() => committed() === 4n)
    expect(scene.kafka.created).toEqual([
      {
        name: 'dead',
        partitions: 1,
        replicationFactor: 3,
        configs: { 'max.message.bytes': '104857600' },
      },
    ])
    expect(scene.figures.get('deadletterqueue-produce-requests')).toBe(2)
    expect(scene.figures.get('deadletterqueue-produce-failures')).toBe(0)
    expect(scene.kafka.values('dead')).toEqual(['no json', '{'])
    const letter = scene.kafka.topics.get('dead')?.[1]
    expect(letter?.key).toBe(key)
    expect(letter?.timestamp).toBe(1003)
    const headers = (letter?.headers ?? []).map(({ key: name, value }) => [name, String(value)] as const)
    expect(headers.slice(0, 8)).toEqual([
      ['h', 'x'],
      ['__connect.errors.topic', 'orders'],
      ['__connect.errors.partition', '0'],
      ['__connect.errors.offset', '3'],
      ['__connect.errors.connector.name', 'c'],
      ['__connect.errors.task.id', '0'],
      ['__connect.errors.stage', 'VALUE_CONVERTER'],
      ['__connect.errors.class.name', 'JsonConverter'],
    ])
    expect(headers.map(([name]) => name).slice(8)).toEqual([
      '__connect.errors.exception.class.name',
      '__connect.errors.exception.message',
      '__connect.errors.exception.stacktrace',
      '__sluice.errors.at',
    ])
  })

  it.each([{ topics: 'orders,dead' }, { 'topics.regex': 'd.*' }])(
    'may not go to a topic that is read: %j',
    async (read) => {
      const { topics: _, ...rest } = dead
      scene.start('sink', sink().definition, { settings: { ...rest, ...read } })
      await until(() => scene.task.status().state === 'FAILED')
      expect(scene.task.status().trace).toContain('errors.deadletterqueue.topic.name')
      expect(scene.task.status().trace).toContain('would be read again for ever')
    },
  )

  it('hold back the commit until their dead letter is acknowledged', async () => {
    scene.kafka.holding = true
    const list = sink()
    scene.start('sink', list.definition, { settings: dead })
    await until(() => scene.kafka.unacknowledged.length === 1 && list.values.length === 2)
    await wait(15)
    expect(committed()).toBeUndefined()
    scene.kafka.unacknowledged[0]?.settle()
    await until(() => committed() === 3n)
  })

  it('end the task when their dead letter cannot be written', async () => {
    scene.kafka.refuse = ({ topic }) =>
      topic === 'dead'
        ? new KafkaError('No.', { code: 'TOPIC_AUTHORIZATION_FAILED', retriable: false })
        : undefined
    scene.start('sink', sink().definition, { settings: dead, worker: seldom })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('A dead letter could not be written to the topic dead')
    expect(scene.kafka.commits).toEqual([])
    expect(scene.figures.get('deadletterqueue-produce-failures')).toBe(1)
  })

  it('may be rejected by the sink, with the bytes they came in, even as copies', async () => {
    const list = sink({
      put: async (batch) => {
        for (const record of batch) {
          if (record.value === 3)
            await list.context.reject({ ...record, value: 'changed' }, new Error('Odd.'))
        }
      },
    })
    scene.start('sink', list.definition, { settings: dead })
    await until(() => committed() === 3n)
    expect(scene.kafka.values('dead')).toEqual(['no json', '3'])
  })

  it('are never passed when a rejection is not tolerated, even if the sink takes no notice of that', async () => {
    scene.kafka.topics.set('orders', [])
    scene.kafka.add('orders', ['1', '2'])
    const list = sink({
      put: async (batch) => {
        await list.context.reject(batch.at(0), new Error('Odd.')).catch(() => {})
      },
    })
    scene.start('sink', list.definition, { settings })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('failed in TASK_PUT (list): Odd.')
    expect(scene.kafka.commits).toEqual([])
  })
})
