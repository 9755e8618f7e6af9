import { optional, struct } from '@sluice/template'
import { casesOf, type GoldenCase, record, typed, untyped } from '../golden-case.ts'
import { everything, everythingValue, plainEverything } from './shared.ts'

const all = typed(everything, everythingValue)
const every = {
  'topic.field': 'x_topic',
  'partition.field': 'x_partition',
  'offset.field': 'x_offset',
  'timestamp.field': 'x_timestamp',
  'static.field': 'x_static',
  'static.value': 'fix',
}
const marked = (mark: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(every).map(([key, name]) => [key, key === 'static.value' ? name : name + mark]),
  )
const fromSource = { kind: 'source' } as const
const without = { ...fromSource, partition: null, timestamp: null }
const noOffset = (settings: Record<string, string>): Record<string, string> => {
  const { 'offset.field': _, ...rest } = settings
  return rest
}

export const insertFieldCases: readonly GoldenCase[] = [
  ...casesOf('InsertField$Value', [
    ...Object.keys(every)
      .filter((key) => key.endsWith('.field') && key !== 'static.field')
      .flatMap((key) => [
        [`one-${key}`, { [key]: 'x' }, all] as const,
        [`one-plain-${key}`, { [key]: 'x' }, untyped(plainEverything)] as const,
      ]),
    ['all', every, all],
    ['required', marked('!'), all],
    ['optional', marked('?'), all],
    ['plain', every, untyped(plainEverything)],
    ['plain-required', marked('!'), untyped('{}')],
    ['nothing-known', noOffset(every), record({ value: all, ...without })],
    ['nothing-known-required', noOffset(marked('!')), record({ value: all, ...without })],
    ['nothing-known-plain', noOffset(every), record({ value: untyped('{"a":1}'), ...without })],
    ['source', noOffset(every), record({ value: all, ...fromSource })],
    ['source-plain', noOffset(every), record({ value: untyped('{"a":1}'), ...fromSource })],
    ['offset-of-a-source', { 'offset.field': 'o' }, record({ value: all, ...fromSource })],
    ['plain-offset-of-a-source', { 'offset.field': 'o' }, record({ value: untyped('{}'), ...fromSource })],
    ['a-name-that-is-there', { 'topic.field': 'text' }, all],
    ['plain-name-that-is-there', { 'topic.field': 'text' }, untyped(plainEverything)],
    ['same-names', { 'topic.field': 'x', 'static.field': 'x', 'static.value': 'y' }, all],
    ['plain-same-names', { 'topic.field': 'x', 'static.field': 'x', 'static.value': 'y' }, untyped('{}')],
    [
      'default',
      { 'topic.field': 'x' },
      typed(struct({ a: { type: 'int32', optional: true, default: 7 } }), { a: null }),
    ],
    ['default-kept-away', { 'topic.field': 'x', 'replace.null.with.default': 'false' }, all],
    ['optional-whole', { 'topic.field': 'x' }, typed(optional(everything), everythingValue)],
    ['null', { 'topic.field': 'x' }, null],
    ['null-with-schema', { 'topic.field': 'x' }, typed(optional(everything), null)],
    ['not-a-struct', { 'topic.field': 'x' }, typed({ type: 'int32' }, 5)],
    ['plain-not-a-map', { 'topic.field': 'x' }, untyped('5')],
    ['nothing-to-insert', {}, all],
    ['static-without-value', { 'static.field': 'x' }, all],
    ['value-without-static', { 'topic.field': 'x', 'static.value': 'y' }, all],
    ['static-empty-value', { 'static.field': 'x', 'static.value': '' }, all],
    ['plain-proto', { 'static.field': '__proto__', 'static.value': 'y' }, untyped('{"a":1}')],
    ['only-a-mark', { 'topic.field': '!' }, all],
  ]),
  ...casesOf('InsertField$Key', [
    ['key', every, record({ key: all, value: untyped('1') })],
    ['key-plain', every, record({ key: untyped('{"a":1}'), value: untyped('1') })],
    ['key-null', every, record({ value: untyped('1') })],
  ]),
]
