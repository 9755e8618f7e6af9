import fc from 'fast-check'
import { type Counts, evenConnectors, evenOut } from './even-out.ts'

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const totalsOf = (counts: Counts): readonly number[] =>
  counts[0]!.map((_, column) => sum(counts.map((row) => row[column]!)))
const spread = (numbers: readonly number[]): number => Math.max(...numbers) - Math.min(...numbers)
const moves = (held: Counts, counts: Counts): number =>
  sum(held.map((row, r) => sum(row.map((count, c) => Math.max(0, count - counts[r]![c]!)))))
const isEven = (counts: Counts): boolean =>
  spread(totalsOf(counts)) <= 1 && counts.every((row) => spread(row) <= 1)

const scenes = (most: { rows: number; columns: number; each: number }) =>
  fc.integer({ min: 1, max: most.columns }).chain((columns) =>
    fc.array(
      fc.record({
        held: fc.array(fc.nat(most.each), { minLength: columns, maxLength: columns }),
        free: fc.nat(most.each),
      }),
      { minLength: 1, maxLength: most.rows },
    ),
  )

/** All ways to share a count out so that no two differ by more than one. */
function waysOf(count: number, columns: number): number[][] {
  const least = Math.floor(count / columns)
  const odd = count % columns
  const ways: number[][] = []
  for (let mask = 0; mask < 1 << columns; mask++) {
    const row = Array.from({ length: columns }, (_, column) => least + ((mask >> column) & 1))
    if (sum(row) === least * columns + odd) ways.push(row)
  }
  return ways
}

function fewestMoves(held: Counts, free: readonly number[]): number {
  const columns = held[0]!.length
  const all = held.map((row, r) => waysOf(sum(row) + free[r]!, columns))
  const try_ = (row: number, counts: number[][]): number => {
    if (row === all.length) return isEven(counts) ? moves(held, counts) : Number.POSITIVE_INFINITY
    return Math.min(...all[row]!.map((way) => try_(row + 1, [...counts, way])))
  }
  return try_(0, [])
}

describe('evenOut', () => {
  it('shares out all tasks, evenly in total and in each connector', () => {
    fc.assert(
      fc.property(scenes({ rows: 12, columns: 7, each: 6 }), (rows) => {
        const held = rows.map((row) => row.held)
        const free = rows.map((row) => row.free)
        const counts = evenOut(held, free)
        expect(counts.map(sum)).toEqual(rows.map((row) => sum(row.held) + row.free))
        expect(isEven(counts)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('moves as few as can be moved: no other even way takes fewer from those that have them', () => {
    fc.assert(
      fc.property(scenes({ rows: 4, columns: 4, each: 3 }), (rows) => {
        const held = rows.map((row) => row.held)
        const free = rows.map((row) => row.free)
        expect(moves(held, evenOut(held, free))).toBe(fewestMoves(held, free))
      }),
      { numRuns: 300 },
    )
  })

  it('takes exactly its share from the others for a worker that is new', () => {
    const rows = 40
    const three = evenOut(
      Array.from({ length: rows }, () => [0, 0, 0]),
      Array.from({ length: rows }, () => 5),
    )
    const four = evenOut(
      three.map((row) => [...row, 0]),
      Array.from({ length: rows }, () => 0),
    )
    expect(totalsOf(four)).toEqual([50, 50, 50, 50])
    expect(
      moves(
        three.map((row) => [...row, 0]),
        four,
      ),
    ).toBe(50)
  })
})

describe('evenConnectors', () => {
  it('evens out connectors, and connectors and tasks together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ held: fc.nat(9), more: fc.boolean() }), { minLength: 1, maxLength: 6 }),
        fc.nat(20),
        fc.nat(9),
        (workers, free, least) => {
          const tasks = workers.map(({ more }) => least + (more ? 1 : 0))
          const counts = evenConnectors(
            workers.map(({ held }) => held),
            free,
            tasks,
          )
          expect(sum(counts)).toBe(sum(workers.map(({ held }) => held)) + free)
          expect(spread(counts)).toBeLessThanOrEqual(1)
          expect(spread(counts.map((count, index) => count + tasks[index]!))).toBeLessThanOrEqual(1)
        },
      ),
    )
  })
})
