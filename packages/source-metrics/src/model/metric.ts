import type { Labels } from './labels.ts'

/** Types of OpenMetrics; `unknown` is what the older text format calls untyped. */
export const metricTypes = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
] as const
export type MetricType = (typeof metricTypes)[number]

/** What all series of one name have in common. */
export interface Family {
  readonly name: string
  readonly type: MetricType
  readonly help?: string | undefined
  readonly unit?: string | undefined
}

/** One series of one instance, as it is written: after all label rules. */
export interface Series {
  readonly family: Family
  /** Of the metric; a family of OpenMetrics has counters whose name is its own with `_total`. */
  readonly name: string
  readonly labels: Labels
  /** The labels as an object. */
  readonly tags: Readonly<Record<string, string>>
  /** The instance it belongs to. */
  readonly instance: string
  /** The series as text, which names its instance too where that is a label: the key of its records. */
  readonly key: string
}

/** A count of observations up to a bound, those below the bound before it not included. */
export interface Bucket {
  readonly upperLimit: number
  readonly count: number
}

/** A whole histogram. What lies above the last bound is in `count` alone. */
export interface HistogramValue {
  readonly kind: 'histogram'
  readonly buckets: readonly Bucket[]
  readonly count: number
  /** Absent where the instance gives none. */
  readonly sum: number | undefined
}

export interface SummaryValue {
  readonly kind: 'summary'
  readonly quantiles: ReadonlyArray<{ readonly quantile: number; readonly value: number }>
  readonly count: number
  readonly sum: number | undefined
}

/** A plain number (int64 of OTLP as it came), something whole, or `stale`: the series has ended. */
export type PointValue = number | bigint | HistogramValue | SummaryValue | 'stale'

/** A point in time, to the nanosecond: `ms` since the epoch, and what is beyond it. */
export interface Instant {
  readonly ms: number
  /** 0 to 999,999. */
  readonly ns: number
}

/** A value of a series at a point in time. */
export interface Point {
  readonly series: Series
  readonly time: Instant
  readonly value: PointValue
  /** Counts since the point before it (`delta`), or since its start. Default cumulative. */
  readonly temporality?: 'delta' | undefined
  /** Where counting began, if that is known. */
  readonly start?: Instant | undefined
}
