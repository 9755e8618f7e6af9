import { configRecord, readConfigRecord } from './config-records.ts'
import type { KeyedRecord } from './record-writer.ts'

const settings = new Map([
  ['name', 'c'],
  ['tasks.max', '2'],
])
const texts = ({ key, value }: KeyedRecord) => [String(key), value && String(value)]
const again = ({ key, value }: KeyedRecord) => readConfigRecord(String(key), value)
const reading = (key: string, value: string | null) => () =>
  readConfigRecord(key, value === null ? null : Buffer.from(value))

/** What the JVM writes is in its sources; the integration test compares with one that runs. */
describe('records of the config topic', () => {
  it('have the bytes that Kafka Connect writes', () => {
    const key = Buffer.from([1, 2, 3, 250])
    const written = [
      configRecord.connector('c', settings),
      configRecord.connector('c', null),
      configRecord.task('c', 0, settings),
      configRecord.commit('c', 1),
      configRecord.target('c', 'PAUSED'),
      configRecord.target('c', 'STOPPED'),
      configRecord.target('c', null),
      configRecord.fencing('c', 3),
      configRecord.restart({ connector: 'c', includeTasks: true, onlyFailed: false }),
      configRecord.sessionKey({ key, algorithm: 'HmacSHA256', createdAt: 1_700_000_000_000 }),
      configRecord.logger('org.apache.kafka', 'DEBUG'),
    ]
    expect(written.map(texts)).toEqual([
      ['connector-c', '{"properties":{"name":"c","tasks.max":"2"}}'],
      ['connector-c', null],
      ['task-c-0', '{"properties":{"name":"c","tasks.max":"2"}}'],
      ['commit-c', '{"tasks":1}'],
      ['target-state-c', '{"state":"PAUSED","state.v2":"PAUSED"}'],
      ['target-state-c', '{"state":"PAUSED","state.v2":"STOPPED"}'],
      ['target-state-c', null],
      ['tasks-fencing-c', '{"task-count":3}'],
      ['restart-connector-c', '{"include-tasks":true,"only-failed":false}'],
      ['session-key', '{"key":"AQID+g==","algorithm":"HmacSHA256","creation-timestamp":1700000000000}'],
      ['logger-cluster-org.apache.kafka', '{"level":"DEBUG"}'],
    ])
  })

  it("have a task's settings in the order of its HashMap there", () => {
    const names = ['name', 'connector.class', 'tasks.max', 'file', 'topic', 'batch.size', 'task.class']
    const { value } = configRecord.task('c', 0, new Map(names.map((name) => [name, 'x'])))
    const { properties } = JSON.parse(String(value)) as { properties: Record<string, string> }
    // as java.util.HashMap of JDK 17 has them
    expect(Object.keys(properties)).toEqual([
      'connector.class',
      'file',
      'task.class',
      'tasks.max',
      'batch.size',
      'name',
      'topic',
    ])
  })

  it('escape as Jackson does', () => {
    const { value } = configRecord.connector('c', new Map([['query', 'a "b"\\\n\u001f é \u{1f600}']]))
    expect(String(value)).toBe('{"properties":{"query":"a \\"b\\"\\\\\\n\\u001F é \\uD83D\\uDE00"}}')
  })

  it('are read as they were written', () => {
    expect(again(configRecord.connector('a-b', settings))).toEqual({
      type: 'connector',
      connector: 'a-b',
      settings,
    })
    expect(again(configRecord.task('a-1-b', 12, settings))).toEqual({
      type: 'task',
      connector: 'a-1-b',
      task: 12,
      settings,
    })
    expect(again(configRecord.target('c', 'STOPPED'))).toMatchObject({ target: 'STOPPED' })
    expect(again(configRecord.commit('c', 4))).toEqual({ type: 'commit', connector: 'c', tasks: 4 })
    expect(again(configRecord.fencing('c', 4))).toEqual({ type: 'fencing', connector: 'c', tasks: 4 })
    const sessionKey = { key: Buffer.from('secret'), algorithm: 'HmacSHA256', createdAt: 5 }
    expect(again(configRecord.sessionKey(sessionKey))).toEqual({ type: 'session-key', sessionKey })
  })

  it('of older workers are understood', () => {
    expect(reading('target-state-c', '{"state":"PAUSED"}')()).toMatchObject({ target: 'PAUSED' })
    expect(reading('restart-connector-c', '{}')()).toMatchObject({ includeTasks: false, onlyFailed: false })
    expect(reading('connector-c', '{"properties":{"a":"1","b":null}}')()).toMatchObject({
      settings: new Map([['a', '1']]),
    })
  })

  it.each([
    ['connector-c', 'not json', 'holds no JSON'],
    ['connector-c', '[1]', 'holds no JSON object'],
    ['connector-c', '{"properties":3}', 'holds no settings'],
    ['connector-c', '{"properties":{"a":{}}}', 'holds no settings'],
    ['task-c-x', '{"properties":{}}', 'names no task'],
    ['task-c-1', null, 'has no value'],
    ['commit-c', '{"tasks":"1"}', 'no whole number as "tasks"'],
    ['commit-c', '{"tasks":1.5}', 'no whole number as "tasks"'],
    ['target-state-c', '{"state":"ASLEEP"}', 'the state ASLEEP'],
    ['session-key', '{"key":"AA=="}', 'no text as "algorithm"'],
    ['someone-elses', '{}', 'key of no known kind'],
  ])('that are broken are refused: %s %s', (key, value, why) => {
    expect(reading(key, value)).toThrow(why)
  })
})
