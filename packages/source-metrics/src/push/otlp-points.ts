import { fromMs } from '../model/instant.ts'
import { labelsOf, labelValue } from '../model/labels.ts'
import type { Family, MetricType, Point, PointValue } from '../model/metric.ts'
import { makeSeries } from '../model/series.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import { explicitBuckets } from './exponential.ts'
import { attributesOf, doubleOf, instantOf, integerOf, listOf, objectOf, textOf } from './otlp-values.ts'

type Fields = Readonly<Record<string, unknown>>
type Pairs = readonly (readonly [string, string])[]

/** What a request had. */
export interface Decoded {
  readonly points: readonly Point[]
  /** Points that can't be: they are left out. */
  readonly rejected: number
}

const noRecordedValue = 1
const mostBuckets = 2_000

/**
 * The points of an ExportMetricsServiceRequest. Attributes become labels: of the resource `service.name` (with its namespace) as `job` and `service.instance.id` as `instance`, others
 * as `resource.<name>`; of the scope its name and version as `scope.name` and `scope.version`.
 */
export function otlpPoints(request: unknown, rules: ApplyRules): Decoded {
  const reading = { points: [] as Point[], rejected: 0, now: fromMs(Date.now()), rules }
  for (const one of listOf(objectOf(request)['resourceMetrics']).map(objectOf)) {
    const resource = resourceLabels(attributesOf(objectOf(one['resource'])['attributes']))
    for (const scoped of listOf(one['scopeMetrics']).map(objectOf)) {
      const around = [...resource, ...scopeLabels(objectOf(scoped['scope']))]
      for (const metric of listOf(scoped['metrics'])) readMetric(reading, objectOf(metric), around)
    }
  }
  return reading
}

interface Reading {
  readonly points: Point[]
  rejected: number
  readonly now: Point['time']
  readonly rules: ApplyRules
}

/** How the points of one metric are read. */
interface Shape {
  readonly type: MetricType
  readonly data: Fields
  readonly value: (point: Fields) => PointValue | undefined
}

function readMetric(reading: Reading, metric: Fields, around: Pairs): void {
  const shape = shapeOf(metric)
  const name = textOf(metric['name'])
  if (!shape || name === '') {
    reading.rejected++
    return
  }
  const described = { help: textOf(metric['description']), unit: textOf(metric['unit']) }
  const family: Family = { name, type: shape.type, ...described }
  const delta =
    shape.data['aggregationTemporality'] === 1 ||
    shape.data['aggregationTemporality'] === 'AGGREGATION_TEMPORALITY_DELTA'
  for (const one of listOf(shape.data['dataPoints']).map(objectOf)) {
    const ended = (Number(one['flags'] ?? 0) & noRecordedValue) !== 0
    const value = ended ? 'stale' : shape.value(one)
    if (value === undefined) {
      reading.rejected++
      continue
    }
    const labels = labelsOf([...around, ...attributesOf(one['attributes'])])
    const named = reading.rules({ name, labels })
    if (!named) continue
    const series = makeSeries({ family, ...named, instance: labelValue(labels, 'instance') })
    const start = instantOf(one['startTimeUnixNano'])
    const time = instantOf(one['timeUnixNano']) ?? reading.now
    reading.points.push({
      series,
      value,
      time,
      ...(start && { start }),
      ...(delta && { temporality: 'delta' }),
    })
  }
}

function shapeOf(metric: Fields): Shape | undefined {
  const of = (name: string) => (metric[name] === undefined ? undefined : objectOf(metric[name]))
  const [gauge, sum, histogram] = [of('gauge'), of('sum'), of('histogram')]
  if (gauge) return { type: 'gauge', data: gauge, value: numberOf }
  if (sum) return { type: sum['isMonotonic'] === true ? 'counter' : 'gauge', data: sum, value: numberOf }
  if (histogram) return { type: 'histogram', data: histogram, value: histogramOf }
  const [exponential, summary] = [of('exponentialHistogram'), of('summary')]
  if (exponential) return { type: 'histogram', data: exponential, value: exponentialOf }
  return summary && { type: 'summary', data: summary, value: summaryOf }
}

function numberOf(point: Fields): PointValue | undefined {
  const integer = integerOf(point['asInt'])
  if (integer === undefined) return doubleOf(point['asDouble'])
  return integer >= BigInt(Number.MIN_SAFE_INTEGER) && integer <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(integer)
    : integer
}

function histogramOf(point: Fields): PointValue | undefined {
  const counts = listOf(point['bucketCounts']).map(doubleOf)
  const bounds = listOf(point['explicitBounds']).map(doubleOf)
  const fits = counts.length === 0 ? bounds.length === 0 : counts.length === bounds.length + 1
  if (!fits || [...counts, ...bounds].includes(undefined) || counts.length > mostBuckets) return undefined
  const buckets = bounds.map((bound, index) => ({ upperLimit: bound!, count: counts[index]! }))
  return { kind: 'histogram', buckets, count: doubleOf(point['count']) ?? 0, sum: doubleOf(point['sum']) }
}

function exponentialOf(point: Fields): PointValue | undefined {
  const side = (value: unknown) => {
    const { offset, bucketCounts } = objectOf(value)
    return { offset: doubleOf(offset) ?? 0, counts: listOf(bucketCounts).map((one) => doubleOf(one) ?? 0) }
  }
  const [positive, negative] = [side(point['positive']), side(point['negative'])]
  const scale = doubleOf(point['scale']) ?? 0
  if (positive.counts.length + negative.counts.length > mostBuckets || scale < -20 || scale > 30)
    return undefined
  const buckets = explicitBuckets({
    scale,
    positive,
    negative,
    zeroCount: doubleOf(point['zeroCount']) ?? 0,
    zeroThreshold: doubleOf(point['zeroThreshold']) ?? 0,
  })
  if (!buckets.every(({ upperLimit }) => Number.isFinite(upperLimit))) return undefined
  return { kind: 'histogram', buckets, count: doubleOf(point['count']) ?? 0, sum: doubleOf(point['sum']) }
}

function summaryOf(point: Fields): PointValue | undefined {
  const quantiles = listOf(point['quantileValues']).map((one) => {
    const { quantile, value } = objectOf(one)
    return { quantile: doubleOf(quantile) ?? 0, value: doubleOf(value) ?? 0 }
  })
  return { kind: 'summary', quantiles, count: doubleOf(point['count']) ?? 0, sum: doubleOf(point['sum']) }
}

function resourceLabels(attributes: Pairs): Pairs {
  const all = new Map(attributes)
  const name = all.get('service.name') ?? ''
  const namespace = all.get('service.namespace') ?? ''
  const instance = all.get('service.instance.id') ?? ''
  const rest = attributes.flatMap(([key, value]) =>
    /^service\.(name|namespace|instance\.id)$/.test(key) ? [] : [[`resource.${key}`, value] as const],
  )
  return [['job', namespace && name ? `${namespace}/${name}` : name], ['instance', instance], ...rest]
}

function scopeLabels({ name, version }: Fields): Pairs {
  return [
    ['scope.name', textOf(name)],
    ['scope.version', textOf(version)],
  ]
}
