import { optional, struct } from '@sluice/template'
import { casesOf, type GoldenCase, record, typed, untyped } from '../golden-case.ts'
import { everything, everythingValue, one, plainEverything } from './shared.ts'

const all = typed(everything, everythingValue)
const v2 = { 'field.syntax.version': 'V2' }
const keepNull = { 'replace.null.with.default': 'false' }
const nullStruct = typed(optional(everything), null)

const deep = struct({
  a: optional(struct({ 'b.c': optional(struct({ d: { type: 'int32' }, 'e`f': { type: 'string' } })) })),
})
const deepValue = { a: { 'b.c': { d: 5, 'e`f': 'x' } } }

export const extractFieldCases: readonly GoldenCase[] = [
  ...casesOf('ExtractField$Value', [
    ...everything.fields.map(({ name }) => [`field-${name}`, { field: name }, all] as const),
    ['fallback-kept-away', { field: 'fallback', ...keepNull }, all],
    ['absent', { field: 'nothing' }, all],
    ['plain', { field: 'id' }, untyped(plainEverything)],
    ['plain-map', { field: 'address' }, untyped(plainEverything)],
    ['plain-null', { field: 'none' }, untyped(plainEverything)],
    ['plain-absent', { field: 'nothing' }, untyped(plainEverything)],
    ['plain-prototype', { field: 'constructor' }, untyped(plainEverything)],
    ['plain-proto', { field: '__proto__' }, untyped(plainEverything)],
    ['plain-own-proto', { field: '__proto__' }, untyped('{"__proto__":{"a":1},"b":2}')],
    ['plain-not-a-map', { field: 'id' }, untyped('5')],
    ['plain-list', { field: 'id' }, untyped('[1]')],
    ['null', { field: 'id' }, null],
    ['null-with-schema', { field: 'i32' }, nullStruct],
    ['not-a-struct', { field: 'v' }, typed({ type: 'int32' }, 5)],
    ['v2-nested', { field: 'address.zip', ...v2 }, all],
    ['v2-nested-kept-away', { field: 'address.zip', ...v2, ...keepNull }, all],
    ['v2-top', { field: 'i32', ...v2 }, all],
    ['v2-absent-on-the-way', { field: 'nothing.zip', ...v2 }, all],
    ['v2-absent-at-the-end', { field: 'address.nothing', ...v2 }, all],
    ['v2-through-a-number', { field: 'i32.zip', ...v2 }, all],
    [
      'v2-null-on-the-way',
      { field: 'address.zip', ...v2 },
      typed(everything, { ...everythingValue, address: null }),
    ],
    ['v2-backticks', { field: '`dotted.name`', ...v2 }, all],
    ['v2-dotted-without-backticks', { field: 'dotted.name', ...v2 }, all],
    ['v2-deep', { field: 'a.`b.c`.d', ...v2 }, typed(deep, deepValue)],
    ['v2-backtick-within', { field: 'a.`b.c`.e`f', ...v2 }, typed(deep, deepValue)],
    ['v2-backtick-within-backticks', { field: 'a.`b.c`.`e`f`', ...v2 }, typed(deep, deepValue)],
    ['v2-unclosed', { field: 'a.`b.c', ...v2 }, typed(deep, deepValue)],
    ['v2-trailing-dot', { field: 'a.', ...v2 }, typed(deep, deepValue)],
    ['v2-null', { field: 'address.zip', ...v2 }, nullStruct],
    ['v2-plain-nested', { field: 'address.geo.lat', ...v2 }, untyped(plainEverything)],
    ['v2-plain-backticks', { field: '`dotted.name`', ...v2 }, untyped(plainEverything)],
    ['v2-plain-absent', { field: 'nothing.at.all', ...v2 }, untyped(plainEverything)],
    ['v2-plain-through-a-number', { field: 'id.x', ...v2 }, untyped(plainEverything)],
    ['v2-plain-escaped', { field: '`a\\`.b`', ...v2 }, untyped('{"a`.b":1,"a":2}')],
    ['v2-lower-case', { field: 'address.zip', 'field.syntax.version': 'v2' }, all],
    ['v3', { field: 'address.zip', 'field.syntax.version': 'V3' }, all],
    ['no-field', {}, all],
  ]),
  ...casesOf('ExtractField$Key', [
    ['key', { field: 'i64' }, record({ key: all, value: untyped('1') })],
    ['key-plain', { field: 'id' }, record({ key: untyped(plainEverything), value: untyped('1') })],
    ['key-null', { field: 'id' }, record({ value: untyped('1') })],
  ]),
]

export const hoistFieldCases: readonly GoldenCase[] = [
  ...casesOf('HoistField$Value', [
    ['struct', { field: 'whole' }, all],
    ['number', { field: 'whole' }, typed({ type: 'int32', name: 'n', doc: 'd' }, 5)],
    ['optional-null', { field: 'whole' }, typed({ type: 'int32', optional: true }, null)],
    ['default-null', { field: 'whole' }, typed({ type: 'int32', optional: true, default: 7 }, null)],
    ['plain', { field: 'whole' }, untyped('5')],
    ['plain-map', { field: 'whole' }, untyped(plainEverything)],
    ['plain-proto', { field: '__proto__' }, untyped('5')],
    ['null', { field: 'whole' }, null],
    ['no-field', {}, untyped('5')],
  ]),
  ...casesOf('HoistField$Key', [
    ['key', { field: 'id' }, record({ key: typed({ type: 'int64' }, 5n), value: untyped('1') })],
  ]),
]

export const valueToKeyCases: readonly GoldenCase[] = [
  ...casesOf('ValueToKey', [
    ['one', { fields: 'i32' }, all],
    ['several', { fields: 'text,i32,at,price' }, all],
    ['struct', { fields: 'address' }, all],
    ['default', { fields: 'fallback' }, all],
    ['default-kept-away', { fields: 'fallback', ...keepNull }, all],
    ['absent', { fields: 'i32,nothing' }, all],
    ['null', { fields: 'i32' }, null],
    ['null-with-schema', { fields: 'i32' }, nullStruct],
    ['not-a-struct', { fields: 'i32' }, typed({ type: 'int32' }, 5)],
    ['plain-not-a-map', { fields: 'i32' }, untyped('5')],
    ['no-fields', { fields: '' }, all],
    ['twice', { fields: 'i32,i32' }, all],
    ['replaces-the-key', { fields: 'i32' }, record({ key: typed({ type: 'string' }, 'old'), value: all })],
  ]),
  // the order of a key's fields is part of its bytes, and they choose the partition
  ...casesOf('ValueToKey', [
    ['plain', { fields: 'id' }, record({ value: untyped('{"id":1}') })],
    ['plain-absent', { fields: 'id,nothing' }, record({ value: untyped('{"id":1}') })],
    ['plain-two', { fields: 'zebra,apple' }, record({ value: untyped('{"zebra":1}') })],
    ['plain-four', { fields: 'tenant,country,id,name' }, record({ value: untyped('{"id":1}') })],
    ['plain-eleven', { fields: 'k,j,i,h,g,f,e,d,c,b,a' }, record({ value: untyped('{"a":1}') })],
    [
      'plain-long-names',
      { fields: 'customer_id,order_number,warehouse_location,createdAt,updatedAt,äöü' },
      record({ value: untyped('{"a":1}') }),
    ],
    ['plain-twice', { fields: 'b,a,b' }, record({ value: untyped('{"a":1,"b":2}') })],
    ['plain-proto', { fields: '__proto__' }, record({ value: untyped('{"a":1}') })],
  ]).map((each): GoldenCase => ({ ...each, javaOrder: true })),
]

const nested = struct({
  id: { type: 'int32' },
  address: optional(
    struct({
      street: { type: 'string' },
      geo: struct({ lat: { type: 'float64' }, lon: { type: 'float64', default: 1.5 } }),
    }),
  ),
  tags: { type: 'array', items: { type: 'string' } },
})
const nestedValue = { id: 1, address: { street: 'Main', geo: { lat: 1.5, lon: 2.5 } }, tags: ['a'] }
const withDefaults = struct({
  inner: struct({ a: { type: 'int32' }, b: { type: 'string', default: 'own' } }, { optional: true }),
})

export const flattenCases: readonly GoldenCase[] = [
  ...casesOf('Flatten$Value', [
    ['nested', {}, typed(nested, nestedValue)],
    ['delimiter', { delimiter: '_' }, typed(nested, nestedValue)],
    ['delimiter-empty', { delimiter: '' }, typed(nested, nestedValue)],
    ['null-within', {}, typed(nested, { ...nestedValue, address: null })],
    ['defaults', {}, typed(withDefaults, { inner: null })],
    ['optional-whole', {}, typed(optional(nested), nestedValue)],
    [
      'marks',
      {},
      typed(
        struct(
          { a: { type: 'int32', name: 'n', version: 4, doc: 'd', parameters: { p: 'q' } } },
          { name: 'N', version: 2 },
        ),
        { a: 1 },
      ),
    ],
    ['map', {}, all],
    ['without-map', {}, typed(struct({ list: { type: 'array', items: nested } }), { list: [nestedValue] })],
    [
      'same-names',
      { delimiter: '.' },
      typed(struct({ 'a.b': { type: 'int32' }, a: struct({ b: { type: 'int32' } }) }), {
        'a.b': 1,
        a: { b: 2 },
      }),
    ],
    [
      'logical',
      {},
      typed(
        struct({ in: struct({ day: everything.fields[10]!.schema, price: everything.fields[9]!.schema }) }),
        { in: { day: 5, price: '1.00' } },
      ),
    ],
    ['null', {}, null],
    ['null-with-schema', {}, nullStruct],
    ['not-a-struct', {}, typed({ type: 'int32' }, 5)],
    ['empty', {}, typed(struct({}), {})],
    ['plain', {}, untyped(plainEverything)],
    ['plain-delimiter', { delimiter: '__' }, untyped(plainEverything)],
    ['plain-list-of-maps', {}, untyped('{"a":[{"b":1}],"c":{"d":{"e":[{}]}}}')],
    ['plain-not-a-map', {}, untyped('[1]')],
    ['plain-empty', {}, untyped('{}')],
    ['plain-empty-name', {}, untyped('{"":{"a":1,"":2}}')],
  ]),
  ...casesOf('Flatten$Key', [['key', {}, record({ key: typed(nested, nestedValue), value: untyped('1') })]]),
]

export const replaceFieldCases: readonly GoldenCase[] = [
  ...casesOf('ReplaceField$Value', [
    ['exclude', { exclude: 'i8,map,text,nothing' }, all],
    ['include', { include: 'i8,text,nothing' }, all],
    ['include-and-exclude', { include: 'i8,text', exclude: 'text' }, all],
    ['renames', { renames: 'i8:tiny,text:words' }, all],
    ['renames-to-dots', { renames: 'i8:a.b' }, all],
    ['renames-and-include', { include: 'i8', renames: 'i8:tiny,text:words' }, all],
    ['renames-and-exclude', { exclude: 'i8', renames: 'i8:tiny,text:words' }, all],
    ['swapped', { renames: 'i8:i16,i16:i8' }, all],
    ['renamed-to-another', { renames: 'i8:i16' }, all],
    ['renamed-to-an-excluded-one', { renames: 'i8:i16', exclude: 'i16' }, all],
    ['name-of-an-excluded-one', { renames: 'i16:i8', exclude: 'i16' }, all],
    ['nothing-to-do', {}, all],
    ['default-kept-away', { exclude: 'map', ...keepNull }, all],
    ['optional-whole', { exclude: 'map' }, typed({ ...everything, optional: true }, everythingValue)],
    ['null', { exclude: 'i8' }, null],
    ['null-with-schema', { exclude: 'i8' }, nullStruct],
    ['not-a-struct', { exclude: 'i8' }, typed({ type: 'int32' }, 5)],
    ['all-excluded', { exclude: 'v' }, typed(one({ type: 'int32' }), { v: 1 })],
    ['plain-exclude', { exclude: 'id,none' }, untyped(plainEverything)],
    ['plain-include', { include: 'id,none,nothing' }, untyped(plainEverything)],
    ['plain-renames', { renames: 'id:key,none:nil' }, untyped(plainEverything)],
    ['plain-proto', { exclude: '__proto__', renames: 'a:__proto__' }, untyped('{"__proto__":1,"a":2,"b":3}')],
    ['plain-not-a-map', { exclude: 'id' }, untyped('5')],
    ['rename-without-colon', { renames: 'id' }, all],
    ['rename-with-two-colons', { renames: 'id:a:b' }, all],
  ]),
  ...casesOf('ReplaceField$Key', [
    ['key', { exclude: 'map,list' }, record({ key: all, value: untyped('1') })],
    ['key-plain', { renames: 'id:key' }, record({ key: untyped('{"id":1}'), value: untyped('1') })],
  ]),
]

export const setSchemaMetadataCases: readonly GoldenCase[] = [
  ...casesOf('SetSchemaMetadata$Value', [
    ['name', { 'schema.name': 'com.acme.New' }, all],
    ['version', { 'schema.version': '9' }, all],
    ['both', { 'schema.name': 'N', 'schema.version': '9' }, all],
    ['neither', {}, all],
    ['default-kept-away', { 'schema.name': 'N', ...keepNull }, all],
    ['number', { 'schema.name': 'N' }, typed({ type: 'int32' }, 5)],
    ['list', { 'schema.name': 'N' }, typed({ type: 'array', items: { type: 'int32' } }, [1])],
    [
      'map',
      { 'schema.version': '2' },
      typed({ type: 'map', keys: { type: 'string' }, values: { type: 'int32' } }, new Map([['a', 1]])),
    ],
    ['null', { 'schema.name': 'N' }, null],
    ['null-with-schema', { 'schema.name': 'N' }, nullStruct],
    ['plain', { 'schema.name': 'N' }, untyped('{"a":1}')],
    ['version-no-number', { 'schema.version': 'x' }, all],
  ]),
  ...casesOf('SetSchemaMetadata$Key', [
    ['key', { 'schema.name': 'K', 'schema.version': '1' }, record({ key: all })],
  ]),
]
