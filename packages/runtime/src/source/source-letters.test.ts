import {
  defineSource,
  defineTransform,
  type Json,
  type SourceDefinition,
  type SourceRecord,
  struct,
  wait,
} from '@sluice/template'
import { KafkaError } from '../kafka/types.ts'
import { TaskScene, until } from '../task/testing/task-scene.ts'

const partition = { table: 'orders' }
const valueSchema = struct({ n: { type: 'int32' } })

function record(n: number, value: unknown = { n }): SourceRecord {
  return {
    origin: { partition, offset: { n } },
    topic: 'orders',
    key: n,
    keySchema: { type: 'int32' },
    value,
    valueSchema,
  }
}

function source(...polls: (readonly SourceRecord[])[]): SourceDefinition {
  return defineSource({
    name: 'numbers',
    version: '1',
    doc: 'For tests.',
    config: {},
    parseOffset: (raw: Json) => raw,
    open: async () => ({
      poll: async ({ signal }) => polls.shift() ?? wait(60_000, signal).then(() => []),
    }),
  }) as SourceDefinition
}

const refuseOdd = defineTransform({
  name: 'org.example.RefuseOdd',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => ['value'],
  open: () => ({
    apply: (one) => {
      if ((one.value as { n: number }).n % 2 === 1) throw new Error('It is odd.')
      return one
    },
  }),
})

const settings = {
  'key.converter': 'JsonConverter',
  'value.converter': 'JsonConverter',
  'value.converter.schemas.enable': 'false',
  'errors.tolerance': 'all',
  'errors.deadletterqueue.topic.name': 'dead',
  'errors.deadletterqueue.context.headers.enable': 'true',
}
const refusing = { ...settings, transforms: 'odd', 'transforms.odd.type': 'org.example.RefuseOdd' }

describe('bad records of a source task', () => {
  let scene: TaskScene
  beforeEach(() => {
    scene = new TaskScene()
    scene.plugins.push(refuseOdd)
  })
  afterEach(() => scene.stop())

  const stored = async (): Promise<Json | undefined> => (await scene.offsets.get('c', [partition]))[0]
  const headers = (index: number): Record<string, string> =>
    Object.fromEntries(
      scene.kafka.topics.get('dead')![index]!.headers.map(({ key, value }) => [key, String(value)]),
    )

  it('go to the dead-letter topic as JSON with their schema, and say why in the headers', async () => {
    scene.start('source', source([record(1), record(2)]), { settings: refusing })
    await until(() => scene.kafka.values('dead').length === 1 && scene.kafka.values('orders').length === 1)
    expect(scene.kafka.values('orders')).toEqual(['{"n":2}'])
    expect(JSON.parse(scene.kafka.values('dead')[0]!)).toEqual({
      schema: { type: 'struct', fields: [{ type: 'int32', optional: false, field: 'n' }], optional: false },
      payload: { n: 1 },
    })
    expect(headers(0)).toMatchObject({
      '__sluice.source.topic': 'orders',
      '__sluice.source.partition': '{"table":"orders"}',
      '__sluice.source.offset': '{"n":1}',
      '__connect.errors.topic': 'orders',
      '__connect.errors.partition': '-1',
      '__connect.errors.offset': '-1',
      '__connect.errors.connector.name': 'c',
      '__connect.errors.stage': 'TRANSFORMATION',
      '__connect.errors.class.name': 'org.example.RefuseOdd',
      '__connect.errors.exception.message': 'It is odd.',
      '__sluice.errors.transform': 'odd',
    })
    expect(scene.figures.get('deadletterqueue-produce-requests')).toBe(1)
    expect(scene.kafka.created.map(({ name }) => name).toSorted()).toEqual(['dead', 'orders'])
  })

  it('keep their source and offset also without context headers', async () => {
    scene.start('source', source([record(1)]), {
      settings: { ...refusing, 'errors.deadletterqueue.context.headers.enable': 'false' },
    })
    await until(() => scene.kafka.values('dead').length === 1)
    expect(Object.keys(headers(0))).toEqual([
      '__sluice.source.topic',
      '__sluice.source.partition',
      '__sluice.source.offset',
    ])
  })

  it('hold the offset back until their dead letter is acknowledged, however many came after them', async () => {
    scene.kafka.holding = true
    scene.start('source', source([record(1), record(2)], [record(4)]), { settings: refusing })
    await until(() => scene.kafka.unacknowledged.length === 3)
    const letter = scene.kafka.unacknowledged.find(({ record: { topic } }) => topic === 'dead')!
    for (const one of scene.kafka.unacknowledged) if (one !== letter) one.settle()
    await wait(20)
    expect(await stored()).toBeUndefined()
    letter.settle()
    for (let tries = 0; (await stored()) === undefined && tries < 1000; tries++) await wait(1)
    expect(await stored()).toEqual({ n: 4 })
  })

  it('are waited for by a stop, like any record', async () => {
    scene.kafka.holding = true
    scene.start('source', source([record(1)]), {
      settings: refusing,
      worker: { 'offset.flush.interval.ms': '60000' },
    })
    await until(() => scene.kafka.unacknowledged.length === 1)
    const stopped = scene.stop()
    await wait(20)
    scene.kafka.unacknowledged[0]!.settle()
    await stopped
    expect(await stored()).toEqual({ n: 1 })
  })

  it('end the task when their dead letter cannot be written, before their offset is passed', async () => {
    const no = new KafkaError('No.', { code: 'TOPIC_AUTHORIZATION_FAILED', retriable: false })
    scene.kafka.refuse = ({ topic }) => (topic === 'dead' ? no : undefined)
    scene.start('source', source([record(1), record(2)]), { settings: refusing })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('A dead letter could not be written to the topic dead.')
    expect(await stored()).toBeUndefined()
    expect(scene.figures.get('deadletterqueue-produce-failures')).toBe(1)
  })

  it('are too large for a broker perhaps: the dead letter is the record as it was polled', async () => {
    const tooLarge = new KafkaError('Too large.', { code: 'MESSAGE_TOO_LARGE', retriable: false })
    scene.kafka.refuse = ({ topic, value }) =>
      topic === 'orders' && String(value) === '{"n":1}' ? tooLarge : undefined
    scene.start('source', source([record(1), record(2)]), { settings })
    await until(() => scene.kafka.values('dead').length === 1)
    expect(JSON.parse(scene.kafka.values('dead')[0]!)).toMatchObject({ payload: { n: 1 } })
    expect(headers(0)).toMatchObject({
      '__connect.errors.stage': 'KAFKA_PRODUCE',
      '__connect.errors.class.name': 'the producer',
      '__connect.errors.exception.message': 'Too large.',
    })
    for (let tries = 0; (await stored()) === undefined && tries < 1000; tries++) await wait(1)
    expect(await stored()).toEqual({ n: 2 })
  })

  it('are too large perhaps as rows, which become records only then', async () => {
    const tooLarge = new KafkaError('Too large.', { code: 'MESSAGE_TOO_LARGE', retriable: false })
    scene.kafka.refuse = ({ topic, value }) =>
      topic === 'orders' && String(value) === '{"n":2}' ? tooLarge : undefined
    const rows = {
      kind: 'rows',
      topic: 'orders',
      count: 3,
      schema: valueSchema,
      buffer: Buffer.from('123'),
      fieldEnds: Uint32Array.of(1, 2, 3),
      keyFields: [],
      originOf: (row: number) => ({ partition, offset: { n: row + 1 } }),
    } as const
    scene.start('source', source(rows as never), { settings })
    await until(() => scene.kafka.values('dead').length === 1)
    expect(JSON.parse(scene.kafka.values('dead')[0]!)).toMatchObject({ payload: { n: 2 } })
    expect(headers(0)).toMatchObject({ '__sluice.source.offset': '{"n":2}' })
    expect(scene.kafka.values('orders')).toEqual(['{"n":1}', '{"n":3}'])
  })

  it('are for a topic perhaps that there can not be', async () => {
    scene.start('source', source([{ ...record(1), topic: 'no topic' }, record(2)]), { settings })
    await until(() => scene.kafka.values('dead').length === 1 && scene.kafka.values('orders').length === 1)
    expect(headers(0)).toMatchObject({
      '__sluice.source.topic': 'no topic',
      '__connect.errors.stage': 'KAFKA_PRODUCE',
    })
    expect(scene.topics).toEqual(['orders'])
  })

  it('are said to be too large for the dead-letter topic as well, with what to do', async () => {
    const tooLarge = new KafkaError('Too large.', { code: 'MESSAGE_TOO_LARGE', retriable: false })
    scene.kafka.refuse = () => tooLarge
    scene.start('source', source([record(1)]), { settings })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.task.status().trace).toContain('--alter --topic dead --add-config max.message.bytes')
    expect(await stored()).toBeUndefined()
  })

  it('are kept also where a value is not as its schema says', async () => {
    scene.start('source', source([record(1, { n: 'one' })]), { settings })
    await until(() => scene.kafka.values('dead').length === 1)
    expect(scene.kafka.values('dead')).toEqual(['{"schema":null,"payload":{"n":"one"}}'])
    expect(headers(0)).toMatchObject({
      '__sluice.source.inexact': 'value',
      '__connect.errors.stage': 'VALUE_CONVERTER',
      '__connect.errors.class.name': 'JsonConverter',
    })
  })

  it('are in no dead letter where they end the task: they come again', async () => {
    scene.start('source', source([record(1)]), { settings: { ...refusing, 'errors.tolerance': 'none' } })
    await until(() => scene.task.status().state === 'FAILED')
    expect(scene.kafka.values('dead')).toEqual([])
    expect(scene.task.status().trace).toContain(
      'A record of topic orders, source offset {"n":1} failed in TRANSFORMATION (odd, org.example.RefuseOdd): It is odd.',
    )
  })
})
