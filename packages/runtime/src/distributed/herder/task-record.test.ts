import { defineSink, defineSource } from '@sluice/template'
import { pluginOf } from '../../plugins/registry.ts'
import { sameSettings, taskRecord, taskWork } from './task-record.ts'

const common = { version: '1', doc: 'For tests.', config: {} }
const source = {
  ...common,
  parseOffset: (raw: unknown) => raw as { n: number },
  open: async () => ({ poll: async () => [] }),
}
const divided = pluginOf(defineSource({ ...source, name: 'divided', split: () => [1, 2] }))
const whole = pluginOf(defineSource({ ...source, name: 'whole' }))
const sink = pluginOf(defineSink({ ...common, name: 'sink', open: async () => ({ put: async () => {} }) }))

const settings = new Map([
  ['name', 'c'],
  ['connector.class', 'org.example.FilesConnector'],
])

describe('the record of a task', () => {
  it('gives back the settings and the slice that it was made of', () => {
    const record = taskRecord(settings, { tables: ['a', 2n ** 60n] })
    expect(record.get('task.class')).toBe('org.example.FilesTask')
    expect(taskWork(record, settings, divided)).toEqual({ settings, slice: { tables: ['a', 2n ** 60n] } })
  })

  it('has no slice where there is none', () => {
    const record = taskRecord(settings, null)
    expect([...record.keys()]).toEqual(['name', 'connector.class', 'task.class'])
    expect(taskWork(record, settings, sink)).toEqual({ settings, slice: null })
    expect(taskWork(record, settings, whole)).toEqual({ settings, slice: null })
  })

  it('that a JVM worker wrote is completed, and is not enough for a source that divides its work here', () => {
    const record = new Map([
      ['task.class', 'org.example.FilesTask'],
      ['file', '/a'],
    ])
    expect(taskWork(record, settings, sink)?.settings).toEqual(new Map([...settings, ['file', '/a']]))
    expect(taskWork(record, settings, divided)).toBeUndefined()
  })

  it('is the same whatever the order', () => {
    expect(sameSettings(new Map([...settings].toReversed()), settings)).toBe(true)
    expect(sameSettings(new Map([...settings, ['a', '']]), settings)).toBe(false)
  })
})
