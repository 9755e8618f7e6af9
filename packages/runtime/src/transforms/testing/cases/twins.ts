import { differences } from '../differences.ts'
import { fullName, type GoldenCase, type GoldenPredicate } from '../golden-case.ts'

/** Keys differ where values do: it is said once. */
const different = new Set(differences.flatMap(({ cases }) => Object.keys(cases)))

/** Of large groups every so many is enough. */
const manyOf: Readonly<Record<string, number>> = { Cast: 12, TimestampConverter: 8, MaskField: 4 }

/** Cases of one transform of values, as cases of keys. */
export function keyTwins(cases: readonly GoldenCase[]): readonly GoldenCase[] {
  const seen = new Map<string, number>()
  return cases.flatMap((one): readonly GoldenCase[] => {
    const [step, ...more] = one.chain
    const group = one.id.slice(0, one.id.indexOf('/'))
    if (step === undefined || more.length > 0 || !step.type.endsWith('$Value')) return []
    if (one.record.key !== null || different.has(one.id)) return []
    const count = seen.get(group) ?? 0
    seen.set(group, count + 1)
    if (count % (manyOf[group] ?? 1) !== 0) return []
    return [
      {
        ...one,
        id: `keys/${one.id}`,
        chain: [{ ...step, type: step.type.replace(/\$Value$/, '$Key') }],
        record: { ...one.record, key: one.record.value, value: null },
      },
    ]
  })
}

/** Cases that a predicate holds for or not, both ways round: the second of each transform, which is an ordinary one. */
export function withPredicates(cases: readonly GoldenCase[]): readonly GoldenCase[] {
  const groups = Map.groupBy(
    cases.filter(({ chain }) => chain.length === 1 && !chain[0]!.predicate),
    ({ chain }) => chain[0]!.type,
  )
  return [...groups.values()].flatMap((group) => {
    const one = group[1] ?? group[0]!
    return predicates.flatMap(([name, predicate]) =>
      [false, true].map(
        (negate): GoldenCase => ({
          ...one,
          id: `predicates/${one.id}-${negate ? 'not-' : ''}${name}`,
          chain: [{ ...one.chain[0]!, predicate: { ...predicate, negate } }],
        }),
      ),
    )
  })
}

const predicates: readonly (readonly [string, Omit<GoldenPredicate, 'negate'>])[] = [
  ['topic', { type: fullName('predicates.TopicNameMatches'), settings: { pattern: 'orders|server\\..*' } }],
  ['other-topic', { type: fullName('predicates.TopicNameMatches'), settings: { pattern: 'nothing' } }],
  ['tombstone', { type: fullName('predicates.RecordIsTombstone'), settings: {} }],
  ['header', { type: fullName('predicates.HasHeaderKey'), settings: { name: 'a' } }],
]
