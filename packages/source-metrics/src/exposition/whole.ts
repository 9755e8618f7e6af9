import type { HistogramValue, Instant, Series, SummaryValue } from '../model/metric.ts'

/** A histogram or summary that comes in parts, over one page. Bounds are kept from page to page. */
export class Whole {
  /** Undefined: the rules drop it. */
  readonly series: Series | undefined
  readonly kind: 'histogram' | 'summary'
  seenIn = 0
  /** Before that. */
  seenBefore = 0
  time: Instant | undefined
  #bounds: number[] = []
  #values: (number | undefined)[] = []
  #count: number | undefined
  #sum: number | undefined

  constructor(series: Series | undefined, kind: 'histogram' | 'summary') {
    this.series = series
    this.kind = kind
  }

  /** The place of a bound: parts are put there. */
  placeOf(bound: number): number {
    const there = this.#bounds.indexOf(bound)
    return there === -1 ? this.#bounds.push(bound) - 1 : there
  }

  begin(page: number): void {
    this.seenBefore = this.seenIn
    this.seenIn = page
    this.time = undefined
    this.#values = []
    this.#count = undefined
    this.#sum = undefined
  }

  put(place: number, value: number): void {
    this.#values[place] = value
  }

  set count(value: number) {
    this.#count = value
  }

  set sum(value: number) {
    this.#sum = value
  }

  value(): HistogramValue | SummaryValue {
    const members = this.#bounds
      .flatMap((bound, place) => {
        const value = this.#values[place]
        return value === undefined ? [] : [{ bound, value }]
      })
      .toSorted((a, b) => a.bound - b.bound)
    if (this.kind === 'summary') {
      const quantiles = members.map(({ bound, value }) => ({ quantile: bound, value }))
      return { kind: 'summary', quantiles, count: this.#count ?? 0, sum: this.#sum }
    }
    return histogramOf(members, { count: this.#count, sum: this.#sum })
  }
}

/** A histogram of counts that each include those below, as Prometheus has them. */
export function histogramOf(
  cumulative: ReadonlyArray<{ readonly bound: number; readonly value: number }>,
  total: { readonly count: number | undefined; readonly sum: number | undefined },
): HistogramValue {
  let below = 0
  const buckets = []
  for (const { bound, value } of cumulative) {
    if (bound === Number.POSITIVE_INFINITY) continue
    buckets.push({ upperLimit: bound, count: Math.max(0, value - below) })
    below = Math.max(below, value)
  }
  return { kind: 'histogram', buckets, count: total.count ?? cumulative.at(-1)?.value ?? 0, sum: total.sum }
}
