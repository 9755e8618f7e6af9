import { divide } from './divide.ts'
import { Ticks } from './ticks.ts'
import type { Target } from './target.ts'

const targets = (count: number): Target[] =>
  Array.from({ length: count }, (_, n) => ({
    url: `http://h${n}:9100/metrics`,
    labels: [['instance', `h${n}`]],
  }))

describe('dividing targets over tasks', () => {
  it.each([
    [10, 3],
    [1, 4],
    [500, 7],
  ])('gives %i targets to %i tasks, evenly, each once', (count, most) => {
    const shares = divide(targets(count), most)
    expect(shares).toHaveLength(Math.min(count, most))
    expect(
      shares
        .flat()
        .map(({ url }) => url)
        .toSorted(),
    ).toEqual(
      targets(count)
        .map(({ url }) => url)
        .toSorted(),
    )
    for (const share of shares) expect(share.length).toBeLessThanOrEqual(Math.ceil(count / most))
  })

  it('is the same whatever the order', () => {
    expect(divide(targets(50).toReversed(), 4)).toEqual(divide(targets(50), 4))
  })

  it('moves few of them when one comes', () => {
    const before = new Map(
      divide(targets(99), 4).flatMap((share, task) => share.map(({ url }) => [url, task])),
    )
    const moved = divide(targets(100), 4)
      .flatMap((share, task) => share.map(({ url }) => [url, task] as const))
      .filter(([url, task]) => before.has(url) && before.get(url) !== task)
    expect(moved.length).toBeLessThan(20)
  })
})

describe('the ticks of a target', () => {
  it('are evenly apart, and the same after a restart', () => {
    const ticks = new Ticks('http://a/metrics', 15_000)
    const first = ticks.after(1_700_000_000_000)
    expect(ticks.after(first)).toBe(first + 15_000)
    expect(ticks.after(first - 1)).toBe(first)
    expect(new Ticks('http://a/metrics', 15_000).after(first + 15_001)).toBe(first + 30_000)
  })

  it('are spread', () => {
    const places = targets(500).map(({ url }) =>
      Math.floor((new Ticks(url, 15_000).after(0) % 15_000) / 1000),
    )
    const most = Math.max(...[...Map.groupBy(places, (place) => place).values()].map(({ length }) => length))
    expect(most).toBeLessThan(70)
  })
})
