import { rfc3339 } from '../model/instant.ts'
import type { Instant, Point } from '../model/metric.ts'
import type { Format } from './format.ts'
import { jsonNumber, type NonFinite } from './numbers.ts'

/**
 * Vector's native JSON (its codec `native_json`): an event for each series, several as an array. Bounds of histograms exclude what lies below, and the last one, infinity, is left
 * to `count`, as Vector has it. A series that has ended has the value null.
 */
export function nativeFormat(nonFinite: NonFinite): Format {
  const time = timeTexts()
  const event = (point: Point): object => ({ metric: metricOf(point, nonFinite, time) })
  return { one: event, many: (points) => points.map(event) }
}

function metricOf(point: Point, nonFinite: NonFinite, time: (instant: Instant) => string): object {
  const { series, temporality } = point
  return {
    name: series.name,
    tags: series.tags,
    timestamp: time(point.time),
    kind: temporality === 'delta' ? 'incremental' : 'absolute',
    ...valueOf(point, nonFinite),
  }
}

function valueOf({ series, value }: Point, nonFinite: NonFinite): object {
  if (value === 'stale') return staleOf(series.family.type)
  if (typeof value !== 'object') {
    const own = { value: jsonNumber(value, nonFinite) }
    return series.family.type === 'counter' ? { counter: own } : { gauge: own }
  }
  const { count } = value
  const sum = value.sum === undefined ? null : jsonNumber(value.sum, nonFinite)
  if (value.kind === 'summary') {
    const quantiles = value.quantiles.map((one) => ({
      quantile: one.quantile,
      value: jsonNumber(one.value, nonFinite),
    }))
    return { aggregated_summary: { quantiles, count, sum } }
  }
  const buckets = value.buckets.map((one) => ({
    upper_limit: jsonNumber(one.upperLimit, 'text'),
    count: one.count,
  }))
  return { aggregated_histogram: { buckets, count, sum } }
}

function staleOf(type: string): object {
  if (type === 'counter') return { counter: { value: null } }
  if (type === 'summary') return { aggregated_summary: null }
  return type === 'histogram' || type === 'gaugehistogram'
    ? { aggregated_histogram: null }
    : { gauge: { value: null } }
}

/** Points of one scrape mostly share their time. */
function timeTexts(): (instant: Instant) => string {
  let last: Instant | undefined
  let text = ''
  return (instant) => {
    if (instant !== last) {
      last = instant
      text = rfc3339(instant)
    }
    return text
  }
}
