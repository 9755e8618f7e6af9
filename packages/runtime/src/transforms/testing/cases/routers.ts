import {
  casesOf,
  fullName,
  type GoldenCase,
  type GoldenPredicate,
  record,
  typed,
  untyped,
} from '../golden-case.ts'

const value = untyped('{"a":1}')

const routes: readonly (readonly [regex: string, replacement: string, topic: string])[] = [
  ['db-(.*)', 'app.$1', 'db-orders'],
  ['db-(.*)', 'app.$1', 'my-db-orders'],
  ['(.*)-(.*)', '$2-$1', 'a-b-c'],
  ['(?<schema>[^.]+)\\.(?<table>.+)', '${table}_${schema}', 'public.orders'],
  ['a|ab', 'X', 'ab'],
  ['a|ab', 'X', 'a'],
  ['', 'x', 'orders'],
  ['.*', '', 'orders'],
  ['.*', '\\$1', 'orders'],
  ['(.)(.*)', '$12', 'orders'],
  ['(.)(.*)', '$3', 'orders'],
  ['(.*)', '${name}', 'orders'],
  ['(.*)', '$', 'orders'],
  ['(.*)', 'a\\', 'orders'],
  ['(.*)', '$x', 'orders'],
  ['(a)?(.*)', '[$1][$2]', 'orders'],
  ['(?i)ORDERS', 'x', 'orders'],
  ['(?i:ORD)ers', 'x', 'orders'],
  ['(?i:ORD)ERS', 'x', 'orders'],
  ['[a-z&&[^aeiou]]+', 'x', 'rhythms'],
  ['[a-z&&[^aeiou]]+', 'x', 'orders'],
  ['[a-c[x-z]]+', 'x', 'abxyz'],
  ['[^a-c[x-z]]+', 'x', 'mno'],
  ['[^a-c[x-z]]+', 'x', 'mxo'],
  ['[\\w.-]+', 'x', 'a.b-c_d'],
  ['[]a]+', 'x', ']a'],
  ['[a-]+', 'x', 'a-a'],
  ['[-a]+', 'x', 'a-a'],
  ['[a^]+', 'x', 'a^'],
  ['\\Qa.b\\E.*', 'x', 'a.bc'],
  ['\\Qa.b\\E.*', 'x', 'axbc'],
  ['\\Qa.b', 'x', 'a.b'],
  ['\\p{Alpha}+', 'x', 'orders'],
  ['\\p{Upper}\\p{Lower}+', 'x', 'Orders'],
  ['\\P{Digit}+', 'x', 'orders'],
  ['\\p{L}+\\p{IsDigit}', 'x', 'orders5'],
  ['\\p{IsLatin}+', 'x', 'orders'],
  ['\\pL+', 'x', 'orders'],
  ['[\\p{Alpha}_]+', 'x', 'a_b'],
  ['\\x6frders', 'x', 'orders'],
  ['\\u006frders', 'x', 'orders'],
  ['\\x{6f}rders', 'x', 'orders'],
  ['\\0157rders', 'x', 'orders'],
  ['orders\\-1', 'x', 'orders-1'],
  ['orders\\_1', 'x', 'orders_1'],
  ['^orders$', 'x', 'orders'],
  ['\\Aorders\\z', 'x', 'orders'],
  ['orders\\b', 'x', 'orders'],
  ['(?!tmp).*', 'x', 'orders'],
  ['(?!tmp).*', 'x', 'tmp-orders'],
  ['.*(?<=orders)', 'x', 'orders'],
  ['or{1}ders', 'x', 'orders'],
  ['o{0,2}rders', 'x', 'orders'],
  ['o{1,}rders', 'x', 'ooorders'],
  ['(.*?)-(.*)', '$1', 'a-b-c'],
  ['a}b', 'x', 'a}b'],
  ['a]b', 'x', 'a]b'],
  ['a{b', 'x', 'a{b'],
  ['*a', 'x', 'a'],
  ['a**', 'x', 'a'],
  ['(a', 'x', 'a'],
  ['a)', 'x', 'a'],
  ['[a', 'x', 'a'],
  ['[z-a]', 'x', 'a'],
  ['a{2,1}', 'x', 'a'],
  ['\\', 'x', 'a'],
  ['\\y', 'x', 'y'],
  ['\\p{Nonsense}', 'x', 'a'],
  ['(?<1a>x)', 'x', 'x'],
  ['(?<a>x)(?<a>y)', 'x', 'xy'],
  ['x++y', 'z', 'xxy'],
  ['(?>x+)y', 'z', 'xxy'],
  ['(.)\\1', 'z', 'aa'],
  ['o(?i)RDERS', 'x', 'orders'],
  ['(?x)o r d e r s', 'x', 'orders'],
  ['orders|', 'x', 'orders'],
  ['日.', 'x', '日本'],
  ['.', 'x', '😀'],
  ['[😀-😂]', 'x', '😁'],
]

export const regexRouterCases: readonly GoldenCase[] = casesOf('RegexRouter', [
  ...routes.map(
    ([regex, replacement, topic], index) =>
      [`route-${index}`, { regex, replacement }, record({ topic, value })] as const,
  ),
  ['no-regex', { replacement: 'x' }, record({ value })],
  ['no-replacement', { regex: 'x' }, record({ value })],
])

const moment = (iso: string): number => Date.parse(iso)

export const timestampRouterCases: readonly GoldenCase[] = casesOf('TimestampRouter', [
  ['default', {}, value],
  ['topic-twice', { 'topic.format': '${topic}_${timestamp}_${topic}' }, value],
  ['dollars-in-the-topic', {}, record({ topic: '$1$&', value })],
  ['timestamp-in-the-topic', {}, record({ topic: '${timestamp}', value })],
  ['no-placeholder', { 'topic.format': 'x' }, value],
  ['no-timestamp', {}, record({ timestamp: null, value })],
  ['bad-pattern', { 'timestamp.format': 'yyyy-foo' }, value],
  ['unclosed-quote', { 'timestamp.format': "yyyy'x" }, value],
  ...[
    'yyyy-MM-dd HH:mm:ss.SSS',
    'yy-M-d H:m:s.S',
    'y yyyyy',
    'MMM MMMM LLLL',
    'EEE EEEE E',
    "yyyy'T'HH 'o''clock' ''",
    'hh:mm a',
    'K k h H',
    'D DDD',
    'u F W w',
    'YYYY ww',
    'G',
    'Z z zzzz',
    'X XX XXX',
    'SSSSSS',
    'XXXX',
  ].flatMap((format, index) =>
    ['2024-12-30T00:00:00.000Z', '2023-01-01T12:05:09.007Z', '1999-02-28T23:59:59.999Z'].map(
      (iso, which) =>
        [
          `format-${index}-${which}`,
          { 'topic.format': '${timestamp}', 'timestamp.format': format },
          record({ timestamp: moment(iso), value }),
        ] as const,
    ),
  ),
  ['before-1970', { 'timestamp.format': 'yyyy-MM-dd HH:mm:ss.SSS' }, record({ timestamp: 0, value })],
])

const headers = [['h', typed({ type: 'string' }, 'x')]] as const

function filtered(name: string, predicate: GoldenPredicate, of: Parameters<typeof record>[0]): GoldenCase {
  return {
    id: `Filter/${name}`,
    chain: [{ type: fullName('Filter'), settings: {}, predicate }],
    record: record({ value, headers, ...of }),
  }
}

const predicate = (name: string, settings: Record<string, string>, negate = false): GoldenPredicate => ({
  type: fullName(`predicates.${name}`),
  settings,
  negate,
})

export const predicateCases: readonly GoldenCase[] = [
  ...casesOf('Filter', [['always', {}, value]]),
  ...[false, true].flatMap((negate) => [
    filtered(`header-there-${negate}`, predicate('HasHeaderKey', { name: 'h' }, negate), {}),
    filtered(`header-absent-${negate}`, predicate('HasHeaderKey', { name: 'i' }, negate), {}),
    filtered(`header-none-${negate}`, predicate('HasHeaderKey', { name: 'h' }, negate), { headers: [] }),
    filtered(`tombstone-${negate}`, predicate('RecordIsTombstone', {}, negate), { value: null }),
    filtered(`no-tombstone-${negate}`, predicate('RecordIsTombstone', {}, negate), {}),
    filtered(`null-with-schema-${negate}`, predicate('RecordIsTombstone', {}, negate), {
      value: typed({ type: 'string', optional: true }, null),
    }),
    filtered(`topic-matches-${negate}`, predicate('TopicNameMatches', { pattern: 'ord.*' }, negate), {}),
    filtered(
      `topic-matches-in-part-${negate}`,
      predicate('TopicNameMatches', { pattern: 'ord' }, negate),
      {},
    ),
    filtered(`topic-other-${negate}`, predicate('TopicNameMatches', { pattern: 'x.*' }, negate), {}),
  ]),
  filtered('no-pattern', predicate('TopicNameMatches', {}), {}),
  filtered('bad-pattern', predicate('TopicNameMatches', { pattern: '(' }), {}),
  filtered('empty-header-name', predicate('HasHeaderKey', { name: '' }), {}),
]
