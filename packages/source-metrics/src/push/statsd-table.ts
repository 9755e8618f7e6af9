import { labelsOf } from '../model/labels.ts'
import type { Instant, MetricType, Point, PointValue, Series } from '../model/metric.ts'
import { makeSeries } from '../model/series.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import type { StatsdValue } from './statsd-line.ts'

interface Row {
  /** Undefined: the rules drop it. */
  readonly series: Series | undefined
  readonly kind: 'counter' | 'gauge' | 'timer' | 'set'
  value: number
  count: number
  readonly samples: number[]
  readonly members: Set<string>
  touched: boolean
}

const quantiles = [0, 0.5, 0.9, 0.95, 0.99, 1]
const mostSeries = 100_000
/** Of a timer or a set: beyond that a random share is kept. */
const mostSamples = 1_000

/** What StatsD has sent since the last look. Its memory is bounded: values of further series are refused. */
export class StatsdTable {
  readonly #rules: ApplyRules
  readonly #rows = new Map<string, Row>()
  #since: Instant

  constructor(rules: ApplyRules, since: Instant) {
    this.#rules = rules
    this.#since = since
  }

  /** False: there are too many series. */
  add(value: StatsdValue): boolean {
    const kind = value.kind === 'gauge-change' ? 'gauge' : value.kind
    const key = JSON.stringify([kind, value.name, value.tags])
    const row =
      this.#rows.get(key) ?? (this.#rows.size < mostSeries ? this.#newRow(key, kind, value) : undefined)
    if (!row) return false
    row.touched = true
    if (value.kind === 'counter') row.value += value.value * value.times
    else if (value.kind === 'gauge') row.value = value.value
    else if (value.kind === 'gauge-change') row.value += value.value
    else if (value.kind === 'timer') sample(row, value)
    else if (row.members.size < mostSamples) row.members.add(value.text)
    return true
  }

  /** The points since the last look; gauges stay, and changes to them count from there. */
  take(now: Instant): Point[] {
    const points: Point[] = []
    for (const [key, row] of this.#rows) {
      if (row.touched && row.series) points.push(this.#point(row, row.series, now))
      if (row.kind !== 'gauge') this.#rows.delete(key)
      row.touched = false
    }
    this.#since = now
    return points
  }

  #newRow(key: string, kind: Row['kind'], { name, tags }: StatsdValue): Row {
    const named = this.#rules({ name, labels: labelsOf(tags) })
    const family = { name, type: typeOf[kind] }
    const series = named && makeSeries({ family, ...named, instance: '' })
    const row: Row = { series, kind, value: 0, count: 0, samples: [], members: new Set(), touched: false }
    this.#rows.set(key, row)
    return row
  }

  #point(row: Row, series: Series, time: Instant): Point {
    const whole = row.kind === 'counter' || row.kind === 'timer'
    const around = whole ? ({ temporality: 'delta', start: this.#since } as const) : {}
    return { series, time, value: valueOf(row), ...around }
  }
}

const typeOf: Readonly<Record<Row['kind'], MetricType>> = {
  counter: 'counter',
  gauge: 'gauge',
  timer: 'summary',
  set: 'gauge',
}

function sample(row: Row, { value, times }: StatsdValue): void {
  row.count += times
  row.value += value * times
  if (row.samples.length < mostSamples) row.samples.push(value)
  else if (Math.random() * row.count < mostSamples)
    row.samples[Math.floor(Math.random() * mostSamples)] = value
}

function valueOf(row: Row): PointValue {
  if (row.kind === 'set') return row.members.size
  if (row.kind !== 'timer') return row.value
  const sorted = row.samples.toSorted((a, b) => a - b)
  const at = (quantile: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))]!
  return {
    kind: 'summary',
    quantiles: quantiles.map((quantile) => ({ quantile, value: at(quantile) })),
    count: Math.round(row.count),
    sum: row.value,
  }
}
