import { nsText } from '../model/instant.ts'
import { labelValue } from '../model/labels.ts'
import type { HistogramValue, MetricType, Point, SummaryValue } from '../model/metric.ts'
import type { Format } from './format.ts'

/** Says that a series has ended: OTLP's FLAG_NO_RECORDED_VALUE. */
const noRecordedValue = 1

const temporalities = { delta: 1, cumulative: 2 } as const

const resourcePrefix = 'resource.'

/**
 * OTLP's ExportMetricsServiceRequest in its JSON form, as the OpenTelemetry collector's Kafka receiver reads it (`otlp_json`). The labels `job` and `instance` become the resource's
 * `service.name` and `service.instance.id`, those that begin with `resource.` its other attributes, `scope.name` and `scope.version` the scope.
 */
export const otlpFormat: Format = {
  one: (point) => request([point]),
  many: request,
}

function request(points: readonly Point[]): object {
  const resources = Map.groupBy(points, ({ series }) => resourceKey(series.labels))
  return { resourceMetrics: [...resources.values()].map(resourceMetrics) }
}

function resourceKey(labels: Point['series']['labels']): string {
  return JSON.stringify(labels.filter(([name]) => isOfResource(name) || isOfScope(name)))
}

function resourceMetrics(points: readonly Point[]): object {
  const { labels } = points[0]!.series
  const attributes = labels.flatMap(([name, value]) =>
    isOfResource(name) ? [attribute(resourceName(name), value)] : [],
  )
  const scope = {
    ...named('name', labelValue(labels, 'scope.name')),
    ...named('version', labelValue(labels, 'scope.version')),
  }
  const metrics = [...Map.groupBy(points, metricKey).values()].map(metric)
  return { resource: { attributes }, scopeMetrics: [{ scope, metrics }] }
}

function named(name: string, value: string): object {
  return value === '' ? {} : { [name]: value }
}

function metricKey({ series, temporality }: Point): string {
  return `${temporality ?? ''} ${series.name}`
}

function metric(points: readonly Point[]): object {
  const { series, temporality } = points[0]!
  const { type, help, unit } = series.family
  const described = { ...named('description', help ?? ''), ...named('unit', unit ?? '') }
  const counted = { aggregationTemporality: temporalities[temporality ?? 'cumulative'] }
  return { name: series.name, ...described, ...dataOf(type, points, counted) }
}

function dataOf(type: MetricType, points: readonly Point[], counted: object): object {
  switch (type) {
    case 'counter':
      return { sum: { dataPoints: points.map(numberPoint), ...counted, isMonotonic: true } }
    case 'info':
    case 'stateset':
      return { sum: { dataPoints: points.map(numberPoint), ...counted, isMonotonic: false } }
    case 'histogram':
    case 'gaugehistogram':
      return { histogram: { dataPoints: points.map(histogramPoint), ...counted } }
    case 'summary':
      return { summary: { dataPoints: points.map(summaryPoint) } }
    default:
      return { gauge: { dataPoints: points.map(numberPoint) } }
  }
}

function around({ series, time, start, value }: Point): object {
  const attributes = series.labels
    .filter(([name]) => !isOfResource(name) && !isOfScope(name))
    .map(([name, own]) => attribute(name, own))
  return {
    ...(attributes.length > 0 && { attributes }),
    ...(start && { startTimeUnixNano: nsText(start) }),
    timeUnixNano: nsText(time),
    ...(value === 'stale' && { flags: noRecordedValue }),
  }
}

function numberPoint(point: Point): object {
  const { value } = point
  if (typeof value === 'bigint') return { ...around(point), asInt: value.toString() }
  return typeof value === 'number' ? { ...around(point), asDouble: protoDouble(value) } : around(point)
}

function histogramPoint(point: Point): object {
  if (point.value === 'stale') return around(point)
  const { buckets, count, sum } = point.value as HistogramValue
  const below = buckets.reduce((total, bucket) => total + bucket.count, 0)
  return {
    ...around(point),
    count: String(Math.round(count)),
    ...(sum !== undefined && { sum: protoDouble(sum) }),
    bucketCounts: [...buckets.map((bucket) => bucket.count), Math.max(0, count - below)].map((one) =>
      String(Math.round(one)),
    ),
    explicitBounds: buckets.map(({ upperLimit }) => upperLimit),
  }
}

function summaryPoint(point: Point): object {
  if (point.value === 'stale') return around(point)
  const { quantiles, count, sum } = point.value as SummaryValue
  return {
    ...around(point),
    count: String(Math.round(count)),
    sum: protoDouble(sum ?? 0),
    quantileValues: quantiles.map(({ quantile, value }) => ({ quantile, value: protoDouble(value) })),
  }
}

/** Protobuf's JSON has texts for what JSON has no numbers for. */
function protoDouble(value: number): number | string {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

function attribute(key: string, value: string): object {
  return { key, value: { stringValue: value } }
}

function isOfResource(name: string): boolean {
  return name === 'job' || name === 'instance' || name.startsWith(resourcePrefix)
}

function isOfScope(name: string): boolean {
  return name === 'scope.name' || name === 'scope.version'
}

function resourceName(name: string): string {
  if (name === 'job') return 'service.name'
  return name === 'instance' ? 'service.instance.id' : name.slice(resourcePrefix.length)
}
