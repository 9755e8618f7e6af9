import { inspect } from 'node:util'
import { parseConfig, type RecordData, type TransformDefinition } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { builtInTransforms } from './built-in-transforms.ts'
import { type MergedChange, mergeLayouts, type PlainLayout } from './plain-layout.ts'
import { openSettings } from './testing/open-transforms.ts'

const names = ['a', 'b', 'c', 'a.b', '', '7', '__proto__', 'toString', 'at']
const name = fc.constantFrom(...names)
const simple = fc.constantFrom('a', 'b', 'c', 'at')

type Step = readonly [type: string, settings: Readonly<Record<string, string>>]

const stepOf = (type: string, settings: Step[1]): Step => [type, settings]
const two = fc.uniqueArray(simple, { minLength: 2, maxLength: 2 }) as fc.Arbitrary<[string, string]>
const castTypes = fc.constantFrom('int8', 'int64', 'float64', 'boolean', 'string')
const V2 = { 'field.syntax.version': 'V2' }

/** Settings of the transforms that can be merged. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(simple, simple, simple)
    .map(([exclude, from, to]) => stepOf('ReplaceField', { exclude, renames: `${from}:${to}` })),
  two.map((include) => stepOf('ReplaceField', { include: include.join(',') })),
  two.map(([a, b]) => stepOf('ReplaceField', { exclude: `${a}.b`, renames: `${b}:${b}2`, ...V2 })),
  fc
    .tuple(simple, fc.constantFrom('!', '?', ''))
    .map(([field, mark]) => stepOf('InsertField', { 'static.field': field + mark, 'static.value': 'x' })),
  two.map(([a, b]) => stepOf('InsertField', { 'topic.field': a, 'timestamp.field': b })),
  fc.constant(stepOf('InsertField', { 'offset.field': 'a' })),
  fc.tuple(simple, castTypes).map(([field, type]) => stepOf('Cast', { spec: `${field}:${type}` })),
  simple.map((fields) => stepOf('MaskField', { fields })),
  fc
    .tuple(simple, fc.constantFrom('x', '5'))
    .map(([fields, replacement]) => stepOf('MaskField', { fields, replacement })),
  fc
    .constantFrom('unix', 'string', 'Timestamp')
    .map((target) =>
      stepOf('TimestampConverter', { field: 'at', 'target.type': target, format: 'yyyy-MM-dd' }),
    ),
)

const member = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(null, true, 0, 1, -0, 1.5, 5n, '', 'x', '7', '2023-11-14', 1_700_000_000_000),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      undefined,
      new Date(5),
      new Uint8Array([1]),
      [1],
      { b: 1, c: null },
      new Map([['b', 1]]),
    ),
  },
)

const value = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: simple }, name), member), { maxLength: 5 })
      .map((of) => Object.fromEntries(of)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      null,
      undefined,
      5,
      'x',
      [],
      new Map([['a', 1]]),
      Object.create({ a: 1 }) as unknown,
    ),
  },
)

const record: fc.Arbitrary<RecordData> = fc
  .tuple(value, fc.option(fc.constant(1_700_000_000_123), { nil: undefined }), fc.boolean())
  .map(([of, timestamp, fromKafka]) => ({
    topic: 'orders',
    value: of,
    timestamp,
    ...(fromKafka && { origin: { topic: 'orders', partition: 0, offset: 5n } }),
  }))

const fullName = (type: string): string => `org.apache.kafka.connect.transforms.${type}$Value`

/** Each transform alone, as its definition opens it. */
function oneByOne(steps: readonly Step[]): (of: RecordData) => RecordData | null {
  const transforms = steps.map(([type, settings]) => {
    const definition = builtInTransforms.find((one) => one.name === fullName(type)) as TransformDefinition
    const { config } = parseConfig(definition.config, new Map(Object.entries(settings)))
    return definition.open({ config: config!, log: memoryLogger() })
  })
  return (of) => transforms.reduce<RecordData | null>((current, one) => current && one.apply(current), of)
}

function outcome(apply: (of: RecordData) => RecordData | null, of: RecordData): string {
  try {
    const { value: made, topic } = apply(of) ?? { value: 'dropped', topic: '' }
    // what is 0 and what is -0 too, and in which order
    return inspect([topic, made], { depth: 9 })
  } catch {
    return 'refused'
  }
}

describe('transforms that are merged', () => {
  it('make of every record without a schema what they make one by one', () => {
    let merged = 0
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.array(record, { minLength: 1, maxLength: 12 }),
        (steps, records) => {
          const settings = steps.flatMap(([type, own], index) => [
            [`transforms.t${index}.type`, fullName(type)],
            ...Object.entries(own).map(([key, text]) => [`transforms.t${index}.${key}`, text]),
          ])
          const chain = openSettings({
            transforms: steps.map((_, index) => `t${index}`).join(','),
            ...Object.fromEntries(settings),
          })
          const reference = oneByOne(steps)
          for (const one of records) {
            const before = inspect(one, { depth: 9 })
            const expected = outcome(reference, one)
            expect(outcome((of) => chain.apply(of), one)).toBe(expected)
            expect(inspect(one, { depth: 9 })).toBe(before)
            if (expected !== 'refused') merged++
          }
        },
      ),
      { numRuns: 2000 },
    )
    expect(merged).toBeGreaterThan(1000)
  })

  it('say which of them refused a record, and with what it came to it', () => {
    const chain = openSettings({
      transforms: 'drop,cast,mask',
      'transforms.drop.type': fullName('ReplaceField'),
      'transforms.drop.exclude': 'b',
      'transforms.cast.type': fullName('Cast'),
      'transforms.cast.spec': 'a:int32',
      'transforms.mask.type': fullName('MaskField'),
      'transforms.mask.fields': 'c',
    })
    const passage = { at: 0, record: undefined as RecordData | undefined }
    expect(() => chain.apply({ topic: 't', value: { a: 'x', b: 1, c: 'secret' } }, passage)).toThrow(
      'The text "x" is no int32.',
    )
    expect(passage).toMatchObject({ at: 1, record: { value: { a: 'x', c: 'secret' } } })
  })
})

describe('layouts', () => {
  const rename: PlainLayout = (fields) => fields.map((field) => ({ ...field, name: `${field.name}2` }))
  const of = (change: MergedChange, made: unknown): unknown => change(made, { topic: 't', value: made })

  it('are asked once for values of the same names', () => {
    let asked = 0
    const change = mergeLayouts([(fields) => (asked++, rename(fields))])
    for (let i = 0; i < 5; i++) expect(of(change, { a: i })).toEqual({ a2: i })
    expect(of(change, { a: 1, b: 2 })).toEqual({ a2: 1, b2: 2 })
    expect(asked).toBe(2)
  })

  it('are not asked for ever where values have ever other names, and are once the stream has settled', () => {
    let asked = 0
    const change = mergeLayouts([(fields) => (asked++, rename(fields))])
    for (let i = 0; i < 1000; i++) of(change, { [`n${i}`]: i })
    expect(asked).toBeLessThan(20)
    for (let i = 0; i < 20_000; i++) of(change, { settled: i })
    expect(of(change, { settled: 1 })).toEqual({ settled2: 1 })
  })
})
