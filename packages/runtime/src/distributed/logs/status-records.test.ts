import type { KeyedRecord } from './record-writer.ts'
import { readStatusRecord, statusKey, statusRecord, topicRecord } from './status-records.ts'

const texts = ({ key, value }: KeyedRecord) => [String(key), value && String(value)]
const again = ({ key, value }: KeyedRecord) => readStatusRecord(String(key), value)

const running = { state: 'RUNNING', workerId: '127.0.0.1:8083', generation: 3, version: '1.0' } as const
const failed = { state: 'FAILED', trace: 'Error: "a"\n\tat b', workerId: 'w:1', generation: 4 } as const
const use = { topic: 'orders', connector: 'c', task: 1, discoveredAt: 1_700_000_000_000 }

describe('records of the status topic', () => {
  it('have the bytes that Kafka Connect writes', () => {
    const written = [
      statusRecord(statusKey.connector('c'), running),
      statusRecord(statusKey.task('c', 0), failed),
      statusRecord(statusKey.task('c', 0), null),
      topicRecord('c', 'orders', use),
      topicRecord('c', 'orders', null),
    ]
    expect(written.map(texts)).toEqual([
      [
        'status-connector-c',
        '{"state":"RUNNING","trace":null,"worker_id":"127.0.0.1:8083","generation":3,"version":"1.0"}',
      ],
      [
        'status-task-c-0',
        '{"state":"FAILED","trace":"Error: \\"a\\"\\n\\tat b","worker_id":"w:1","generation":4,"version":null}',
      ],
      ['status-task-c-0', null],
      [
        'status-topic-orders:connector-c',
        '{"topic":{"name":"orders","connector":"c","task":1,"discoverTimestamp":1700000000000}}',
      ],
      ['status-topic-orders:connector-c', null],
    ])
  })

  it('are read as they were written', () => {
    expect(again(statusRecord(statusKey.connector('a-b'), running))).toEqual({
      type: 'connector',
      connector: 'a-b',
      status: running,
    })
    expect(again(statusRecord(statusKey.task('a-1', 2), failed))).toEqual({
      type: 'task',
      connector: 'a-1',
      task: 2,
      status: failed,
    })
    expect(again(topicRecord('c:d', 'orders', { ...use, connector: 'c:d' }))).toEqual({
      type: 'topic',
      connector: 'c:d',
      topic: 'orders',
      use: { ...use, connector: 'c:d' },
    })
    expect(again(statusRecord(statusKey.connector('c'), null))).toMatchObject({ status: null })
  })

  it.each([
    ['status-connector-', '{}'],
    ['status-task-c', '{}'],
    ['status-topic-:connector-c', '{}'],
    ['status-connector-c', '{"state":"DESTROYED","worker_id":"w","generation":1}'],
    ['status-connector-c', '{"state":"RUNNING","generation":1}'],
    ['status-topic-t:connector-c', '{"topic":"t"}'],
    ['other', '{}'],
  ])('that are broken are refused: %s %s', (key, value) => {
    expect(() => readStatusRecord(key, Buffer.from(value))).toThrow()
  })
})
