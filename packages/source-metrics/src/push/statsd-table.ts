import { labelsOf } from '../model/labels.ts'
import type { Instant, MetricType, Point, PointValue, Series } from '../model/metric.ts'
import { makeSeries } from '../model/series.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import type { StatsdValue } from './statsd-line.ts'

interface Row {
  readonly series: Series
  readonly kind: 'counter' | 'gauge' | 'timer' | 'set'
  value: number
  count: number
  readonly samples: number[]
  readonly members: Set<string>
  touched: boolean
  /** Looks since a value came. */
  idle: number
}

const quantiles = [0, 0.5, 0.9, 0.95, 0.99, 1]
/** Of each kind. */
const mostSeries = 100_000
/** A gauge without a new value is forgotten after so many looks. */
const mostIdle = 60
/** Of a timer or a set: beyond that a random share is kept. */
const mostSamples = 1_000

/** What StatsD has sent since the last look. Its memory is bounded: values of further series are refused. */
export class StatsdTable {
  readonly #rules: ApplyRules
  readonly #rows = {
    counter: new Map<string, Row>(),
    gauge: new Map<string, Row>(),
    timer: new Map<string, Row>(),
    set: new Map<string, Row>(),
  }
  #since: Instant

  constructor(rules: ApplyRules, since: Instant) {
    this.#rules = rules
    this.#since = since
  }

  /** False: there are too many series. */
  add(value: StatsdValue): boolean {
    const kind = value.kind === 'gauge-change' ? 'gauge' : value.kind
    const rows = this.#rows[kind]
    const key = JSON.stringify([value.name, value.tags])
    const known = rows.get(key)
    if (!known && rows.size >= mostSeries) return false
    const row = known ?? this.#newRow(kind, value)
    if (!row) return true
    if (!known) rows.set(key, row)
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
    for (const rows of Object.values(this.#rows)) {
      for (const [key, row] of rows) {
        if (row.touched) points.push(this.#point(row, row.series, now))
        row.idle = row.touched ? 0 : row.idle + 1
        row.touched = false
        if (row.kind !== 'gauge' || row.idle >= mostIdle) rows.delete(key)
      }
    }
    this.#since = now
    return points
  }

  /** Undefined: the rules drop it. */
  #newRow(kind: Row['kind'], { name, tags }: StatsdValue): Row | undefined {
    const named = this.#rules({ name, labels: labelsOf(tags) })
    if (!named) return undefined
    const series = makeSeries({ family: { name, type: typeOf[kind] }, ...named, instance: '' })
    return { series, kind, value: 0, count: 0, samples: [], members: new Set(), touched: false, idle: 0 }
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
