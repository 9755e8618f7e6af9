import { type ConfigFields, type Field, kindOf, wireName } from '@sluice/template'
import fc from 'fast-check'
import { ConfigError } from '../task/config-error.ts'
import { castTypes } from './built-in/cast-value.ts'
import { builtInPredicates, builtInTransforms } from './built-in-transforms.ts'
import type { TransformChain } from './chain.ts'
import { arbitraryRecord, names } from './testing/arbitrary-record.ts'
import { openSettings } from './testing/open-transforms.ts'
import { settingsToTry } from './testing/settings-to-try.ts'

/** Texts that some setting takes: paths, patterns, formats, pairs, casts, types, and what none takes. */
const texts = [
  ...names,
  'a.b.c',
  '`a.b`.c',
  'a:b',
  'a:b,b:a',
  'a?',
  'a!',
  'after.id:header,op:envelope:x',
  ...castTypes.map((type) => `a:${type}`),
  ...castTypes,
  '(.*)\\.(.*)',
  '(a+)+$',
  '((',
  '$2-$1',
  '$9',
  '\\',
  '${topic}-${timestamp}',
  '${routedByValue}',
  'yyyy-MM-dd',
  "yyyy'T'HH:mm:ss.SSSXXX",
  "'",
  'QQQ',
  '[1, {"a": null}]',
  '0',
  '-1',
  '2147483647',
  'true',
  'Timestamp',
  'unix',
  'nanoseconds',
  'value',
  'record.value',
  '({ value: null })',
  '({ value: { ...value, a: key } })',
  'null',
  'undefined',
  'value.a.b',
]

function valuesOf(field: Field<unknown>): fc.Arbitrary<string> {
  const known = field.recommended ?? []
  const text = fc.constantFrom(...texts)
  const several = fc.array(text, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','))
  const own = known.length > 0 ? [{ weight: 6, arbitrary: fc.constantFrom(...known.map(String)) }] : []
  const byType = {
    BOOLEAN: fc.constantFrom('true', 'false'),
    INT: fc.integer({ min: -3, max: 9 }).map(String),
    LIST: several,
  } as Readonly<Record<string, fc.Arbitrary<string>>>
  return fc.oneof(
    ...own,
    { weight: 6, arbitrary: byType[field.type] ?? text },
    { weight: 2, arbitrary: text },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  )
}

/** Settings that are known to do something, with any others in place of some of them. */
function settingsOf(name: string, fields: ConfigFields): fc.Arbitrary<Readonly<Record<string, string>>> {
  const entries = Object.entries(fields).flatMap(([key, field]) =>
    field.kind === 'field' ? [[wireName(key, field), field] as const] : [],
  )
  if (entries.length === 0) return fc.constant({})
  const change = fc
    .constantFrom(...entries)
    .chain(([key, field]) => valuesOf(field).map((value) => [key, value] as const))
  return fc
    .tuple(
      fc.constantFrom(...(settingsToTry[lastName(name).replace(/\$.*/, '')] ?? [{}])),
      fc.array(change, { maxLength: 3 }),
    )
    .map(([known, changes]) => ({ ...known, ...Object.fromEntries(changes) }))
}

/** Undefined: the settings don't validate. */
function opened(settings: Readonly<Record<string, string>>): TransformChain | undefined {
  try {
    return openSettings(settings)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return undefined
  }
}

function holds(chain: TransformChain, record: Parameters<TransformChain['apply']>[0]): void {
  try {
    const after = chain.apply(record)
    expect(after === null || typeof after.topic === 'string').toBe(true)
  } catch (error) {
    expect([String(error), kindOf(error)]).toEqual([String(error), 'record'])
  }
}

/** `Cast$Key` */
const lastName = (name: string) => name.replace(/^.*\./, '')

const under = (start: string, own: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(own).map(([key, value]) => [start + key, value]))

describe('with any settings that validate, and records of any shape', () => {
  it.each(builtInTransforms.map((one) => [lastName(one.name), one] as const))(
    '%s gives a record, drops it, or refuses it',
    (_, { name, config }) => {
      let valid = 0
      fc.assert(
        fc.property(settingsOf(name, config), fc.array(arbitraryRecord, { maxLength: 4 }), (own, records) => {
          const chain = opened({ transforms: 't', 'transforms.t.type': name, ...under('transforms.t.', own) })
          if (!chain) return
          valid++
          for (const record of records) holds(chain, record)
          chain.close()
        }),
        { numRuns: 200 },
      )
      expect(valid).toBeGreaterThan(10)
    },
  )

  it.each(builtInPredicates.map((one) => [lastName(one.name), one] as const))(
    '%s holds, does not hold, or refuses the record',
    (_, { name, config }) => {
      let valid = 0
      fc.assert(
        fc.property(settingsOf(name, config), fc.array(arbitraryRecord, { maxLength: 4 }), (own, records) => {
          const chain = opened({
            predicates: 'p',
            'predicates.p.type': name,
            ...under('predicates.p.', own),
            transforms: 't',
            'transforms.t.type': 'org.apache.kafka.connect.transforms.Filter',
            'transforms.t.predicate': 'p',
          })
          if (!chain) return
          valid++
          for (const record of records) holds(chain, record)
          chain.close()
        }),
        { numRuns: 200 },
      )
      expect(valid).toBeGreaterThan(10)
    },
  )
})
