import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kindOf, type Transform } from '@sluice/template'
import { configOf, memoryLogger } from '@sluice/testkit'
import { helloTransform } from './hello-transform.ts'

function open(settings: Record<string, string> = {}): Transform {
  return helloTransform.open({ config: configOf(helloTransform.config, settings), log: memoryLogger() })
}

describe('hello-transform', () => {
  it('puts the greeting before a text', () => {
    const greeted = open({ greeting: 'hi' }).apply({ topic: 't', value: 'Ada' })
    assert.deepEqual(greeted, { topic: 't', value: 'hi Ada' })
  })

  it('lets a tombstone pass', () => {
    assert.deepEqual(open().apply({ topic: 't', value: null }), { topic: 't', value: null })
  })

  it('refuses one record, not the task', () => {
    assert.throws(
      () => open().apply({ topic: 't', value: 7 }),
      (error) => kindOf(error) === 'record',
    )
  })
})
