import { inspect } from 'node:util'
import { kindOf } from '@sluice/template'
import fc from 'fast-check'
import { builtInTransforms } from './built-in-transforms.ts'
import { arbitraryRecord } from './testing/arbitrary-record.ts'
import { openTransform } from './testing/open-transforms.ts'
import { settingsToTry } from './testing/settings-to-try.ts'

const subjects = builtInTransforms.flatMap(({ name }) => {
  const short = name.replace(/^.*\./, '').replace(/\$.*/, '')
  return (settingsToTry[short] ?? []).map(
    (settings) => [name.replace(/^.*\./, ''), JSON.stringify(settings), name, settings] as const,
  )
})

/** Everything that can be seen of a value, what a Map or a Date holds too. */
function seen(value: unknown): string {
  return inspect(value, { depth: Infinity, maxArrayLength: null, maxStringLength: null, showHidden: false })
}

describe('each transform, with records of any shape', () => {
  it('has settings to be tried with', () => {
    const tried = new Set(subjects.map(([, , name]) => name))
    expect(builtInTransforms.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  it.each(subjects)(
    '%s %s gives a record, drops it, or refuses it, and leaves its argument alone',
    (_, __, name, settings) => {
      const chain = openTransform(name, settings)
      fc.assert(
        fc.property(arbitraryRecord, (record) => {
          const before = seen(record)
          try {
            const after = chain.apply(record)
            expect(after === null || typeof after.topic === 'string').toBe(true)
          } catch (error) {
            expect(kindOf(error)).toBe('record')
          }
          expect(seen(record)).toBe(before)
          expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(12)
        }),
        { numRuns: 60 },
      )
    },
  )
})
