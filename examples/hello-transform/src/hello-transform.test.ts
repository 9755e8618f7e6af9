import { kindOf, type Transform } from '@sluice/template'
import { configOf, memoryLogger } from '@sluice/testkit'
import { helloTransform } from './hello-transform.ts'

function open(settings: Record<string, string> = {}): Transform {
  return helloTransform.open({ config: configOf(helloTransform.config, settings), log: memoryLogger() })
}

describe('hello-transform', () => {
  it('puts the greeting before a text', () => {
    expect(open({ greeting: 'hi' }).apply({ topic: 't', value: 'Ada' })).toEqual({
      topic: 't',
      value: 'hi Ada',
    })
  })

  it('lets a tombstone pass', () => {
    expect(open().apply({ topic: 't', value: null })).toEqual({ topic: 't', value: null })
  })

  it('refuses one record, not the task', () => {
    let thrown: unknown
    try {
      open().apply({ topic: 't', value: 7 })
    } catch (error) {
      thrown = error
    }
    expect(kindOf(thrown)).toBe('record')
  })
})
