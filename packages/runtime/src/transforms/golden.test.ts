import { readFileSync } from 'node:fs'
import { goldenCases } from './testing/cases.ts'
import { differences } from './testing/differences.ts'
import type { GoldenCase } from './testing/golden-case.ts'
import { hashOf, type Outcome, runCase, type ShownRecord } from './testing/run-case.ts'

/** What scripts/golden-transforms.ts wrote. */
interface JvmOutcome {
  readonly id: string
  readonly case: string
  readonly error?: string
  readonly message?: string
  readonly dropped?: true
  readonly record?: ShownRecord
}

const lines = readFileSync(new URL('golden/outcomes.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
const outcomes = new Map(lines.map((line) => JSON.parse(line) as JvmOutcome).map((one) => [one.id, one]))
const different = new Map(differences.flatMap(({ cases }) => Object.entries(cases)))

/** Errors are equal whatever their words. */
function comparable(outcome: Outcome | JvmOutcome): string {
  if ('error' in outcome) return 'an error'
  return 'record' in outcome ? JSON.stringify(outcome.record) : 'dropped'
}

const groups = Map.groupBy(goldenCases, ({ id }) => id.slice(0, id.indexOf('/')))

describe('transforms beside those of Kafka 4.1 and Debezium 3.3', () => {
  it('are compared in hundreds of cases, each with a name of its own, all of which the JVM has been asked', () => {
    expect(new Set(goldenCases.map(({ id }) => id)).size).toBe(goldenCases.length)
    expect(goldenCases.length).toBeGreaterThan(2300)
    const stale = goldenCases.filter((one) => outcomes.get(one.id)?.case !== hashOf(one)).map(({ id }) => id)
    expect({ runAgain: 'npx -y pnpm@12 golden:transforms', stale }).toMatchObject({ stale: [] })
  })

  it.each([...groups])('do the same, byte for byte: %s', (_, cases) => {
    const equal = cases.filter(({ id }) => !different.has(id))
    const ours = equal.map((one) => [one.id, comparable(runCase(one))])
    expect(ours).toEqual(equal.map(({ id }) => [id, comparable(outcomes.get(id)!)]))
  })

  it.each(differences.map((one) => [one.why, one] as const))('differ: %s', (_, { cases }) => {
    for (const [id, ours] of Object.entries(cases)) {
      const one = goldenCases.find((each) => each.id === id) as GoldenCase
      const outcome = runCase(one)
      expect([id, comparable(outcome) === comparable(outcomes.get(id)!)]).toEqual([id, false])
      expect([id, JSON.stringify(outcome)]).toEqual([id, expect.stringContaining(ours)])
    }
  })
})
