import { inspect } from 'node:util'
import { kindOf } from '@sluice/template'
import fc from 'fast-check'
import { builtInTransforms } from './built-in-transforms.ts'
import { arbitraryRecord } from './testing/arbitrary-record.ts'
import { openTransform } from './testing/open-transforms.ts'
import { castTypes } from './built-in/cast-value.ts'

const v2 = { 'field.syntax.version': 'V2' }

/** Settings that make each transform do something with records of those names. */
const settingsOf: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  Cast: [
    ...castTypes.map((type) => ({ spec: `a:${type},__proto__:${type}` })),
    ...castTypes.map((spec) => ({ spec })),
    { spec: 'a.b:string,b.a:int8', ...v2 },
  ],
  DropHeaders: [{ headers: 'a,__proto__' }],
  ExtractField: [
    { field: 'a' },
    { field: '__proto__' },
    { field: 'a.b', ...v2 },
    { field: '__proto__.constructor', ...v2 },
  ],
  Filter: [{}],
  Flatten: [{}, { delimiter: '' }],
  HeaderFrom: [
    { fields: 'a,__proto__', headers: 'x,y', operation: 'move' },
    { fields: 'a.b', headers: 'x', operation: 'move', ...v2 },
    { fields: 'constructor', headers: 'x', operation: 'copy' },
  ],
  HoistField: [{ field: '__proto__' }],
  InsertField: [
    { 'topic.field': '__proto__', 'offset.field': 'o', 'timestamp.field': 't', 'partition.field': 'a!' },
  ],
  InsertHeader: [{ header: '__proto__', 'value.literal': '[1,2]' }],
  MaskField: [{ fields: 'a,__proto__' }, { fields: 'a,b', replacement: '7' }, { fields: 'a.b', ...v2 }],
  RegexRouter: [{ regex: '(.*)\\.(.*)', replacement: '$2' }],
  ReplaceField: [
    { exclude: 'a', renames: 'b:__proto__' },
    { include: 'a,__proto__' },
    { exclude: 'a.b', renames: 'b.a:constructor', ...v2 },
    { include: 'a.b', ...v2 },
  ],
  SetSchemaMetadata: [{ 'schema.name': 'n', 'schema.version': '1' }],
  TimestampConverter: ['string', 'unix', 'Date', 'Time', 'Timestamp'].flatMap((target) => [
    { 'target.type': target, field: 'a', format: 'yyyy-MM-dd' },
    { 'target.type': target, format: 'yyyy', 'unix.precision': 'nanoseconds' },
    { 'target.type': target, field: 'a.b', format: 'yyyy', ...v2 },
  ]),
  TimestampRouter: [{}],
  ValueToKey: [{ fields: 'a,__proto__' }, { fields: 'a.b,b', ...v2 }],
  ExtractNewRecordState: [
    { 'add.fields': 'op,source.a', 'add.headers': 'op', 'delete.tombstone.handling.mode': 'rewrite' },
    { 'route.by.field': 'a', 'drop.fields.header.name': 'a', 'drop.fields.from.key': 'true' },
  ],
  EventRouter: [
    {},
    { 'table.expand.json.payload': 'true', 'table.fields.additional.placement': 'a:header,b:envelope' },
  ],
  javascript: [{ expression: '({ key: value, value: { ...value, a: 1 } })' }],
}

const subjects = builtInTransforms.flatMap(({ name }) => {
  const short = name.replace(/^.*\./, '').replace(/\$.*/, '')
  return (settingsOf[short] ?? []).map(
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
