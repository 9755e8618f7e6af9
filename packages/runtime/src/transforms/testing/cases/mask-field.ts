import { optional } from '@sluice/template'
import { casesOf, type GoldenCase, record, typed, untyped } from '../golden-case.ts'
import { everything, everythingValue, plainEverything } from './shared.ts'

const all = typed(everything, everythingValue)
const replacements = ['7', '-1.9', '300', '1e3', 'x', '', ' 5', '12.34', '12.345']
const kinds = everything.fields.map(({ name }) => name)

export const maskFieldCases: readonly GoldenCase[] = [
  ...casesOf('MaskField$Value', [
    ...kinds.map((name) => [`nothing-${name}`, { fields: name }, all] as const),
    ...kinds.map((name) => [`replacement-${name}`, { fields: name, replacement: '7' }, all] as const),
    ...['i8', 'i64', 'f32', 'f64', 'text', 'price'].flatMap((name) =>
      replacements.map(
        (replacement, index) => [`replacement-${name}-${index}`, { fields: name, replacement }, all] as const,
      ),
    ),
    ['several', { fields: 'i8,text,nothing' }, all],
    ['null-field', { fields: 'gone' }, all],
    ['default-kept-away', { fields: 'fallback', 'replace.null.with.default': 'false' }, all],
    ['null', { fields: 'i8' }, null],
    ['null-with-schema', { fields: 'i8' }, typed(optional(everything), null)],
    ['not-a-struct', { fields: 'i8' }, typed({ type: 'int32' }, 5)],
    ['no-fields', { fields: '' }, all],
    ...['id', 'big', 'ratio', 'flag', 'text', 'none', 'list', 'address', 'nothing'].flatMap((name) => [
      [`plain-${name}`, { fields: name }, untyped(plainEverything)] as const,
      [`plain-replacement-${name}`, { fields: name, replacement: '7.5' }, untyped(plainEverything)] as const,
    ]),
    ['plain-not-a-map', { fields: 'id' }, untyped('5')],
  ]),
  ...casesOf('MaskField$Key', [['key', { fields: 'i64' }, record({ key: all, value: untyped('1') })]]),
]
