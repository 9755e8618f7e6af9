import { fullName, type GoldenCase, type GoldenStep, record, typed, untyped } from '../golden-case.ts'
import { everything, everythingValue, plainEverything } from './shared.ts'

interface Names {
  readonly number: string
  readonly time: string
}

/** Steps of any chain, by a short name. */
function steps({ number, time }: Names): Readonly<Record<string, GoldenStep>> {
  const step = (type: string, settings: GoldenStep['settings']): GoldenStep => ({
    type: fullName(type),
    settings,
  })
  return {
    rename: step('ReplaceField$Value', { exclude: 'flag', renames: `text:label,${number}:count` }),
    keep: step('ReplaceField$Value', { include: `text,${number},${time},address` }),
    insert: step('InsertField$Value', {
      'topic.field': 'topic',
      'static.field': 'text',
      'static.value': 'north',
    }),
    cast: step('Cast$Value', { spec: `${number}:string,flag:int8` }),
    mask: step('MaskField$Value', { fields: 'text,flag' }),
    replace: step('MaskField$Value', { fields: number, replacement: '5' }),
    time: step('TimestampConverter$Value', { field: time, 'target.type': 'string', format: 'yyyy-MM-dd' }),
    flatten: step('Flatten$Value', { delimiter: '_' }),
    hoist: step('HoistField$Value', { field: 'line' }),
    key: step('ValueToKey', { fields: `${number},text` }),
    header: step('HeaderFrom$Value', { fields: 'text', headers: 'h', operation: 'move' }),
    route: step('RegexRouter', { regex: '(.*)', replacement: 'all-$1' }),
  }
}

const subjects = [
  ['plain', { number: 'id', time: 'id' }, untyped(plainEverything)],
  ['struct', { number: 'i32', time: 'at' }, typed(everything, everythingValue)],
] as const

/** Each transform behind each: what one leaves is what the next one takes. */
export const pairCases: readonly GoldenCase[] = subjects.flatMap(([kind, names, value]) => {
  const all = Object.entries(steps(names))
  return all.flatMap(([one, first]) =>
    all.map(
      ([other, second]): GoldenCase => ({
        id: `pairs/${kind}-${one}-${other}`,
        chain: [first, second],
        record: record({ value }),
      }),
    ),
  )
})

/** Longer ones, in which several that work on fields come one after another, and one of them has a predicate. */
export const longCases: readonly GoldenCase[] = subjects.flatMap(([kind, names, value]) => {
  const { rename, insert, cast, mask, time, route, key } = steps(names)
  const chains: Readonly<Record<string, readonly (GoldenStep | undefined)[]>> = {
    five: [insert, cast, mask, rename, route],
    'five-routed-first': [route, insert, cast, mask, rename],
    'key-between': [cast, key, mask, time, insert],
    'same-twice': [insert, insert, mask, mask, cast, cast],
  }
  return Object.entries(chains).flatMap(([name, chain]) =>
    [undefined, 0, 2, chain.length - 1].map((guarded): GoldenCase => {
      const type = fullName('predicates.TopicNameMatches')
      const predicate = { type, settings: { pattern: 'all-.*' }, negate: guarded === 2 }
      return {
        id: `long/${kind}-${name}-${guarded ?? 'all'}`,
        chain: chain.map((step, at) => ({ ...step!, ...(at === guarded && { predicate }) })),
        record: record({ value }),
      }
    }),
  )
})
