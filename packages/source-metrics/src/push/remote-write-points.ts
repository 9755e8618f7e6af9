import { labelsOf, labelValue } from '../model/labels.ts'
import type { Family, MetricType, Point } from '../model/metric.ts'
import { makeSeries } from '../model/series.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import { histogramValue } from './native-histogram.ts'
import type { Decoded } from './otlp-points.ts'
import type { WriteRequest, WrittenMetadata } from './remote-write.ts'

const types: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
]

/** More names than this are forgotten, the oldest first. */
const mostFamilies = 50_000

/**
 * Points of remote write. A request says what a series is called, and what type it has only now and then, in requests of their own: types are remembered by name. Prometheus sends classic
 * histograms and summaries as the series that they are made of, which need not come together: `_bucket`, `_sum` and `_count` stay series of their own. Native histograms are whole.
 */
export class RemoteWritePoints {
  readonly #rules: ApplyRules
  readonly #families = new Map<string, Family>()

  constructor(rules: ApplyRules) {
    this.#rules = rules
  }

  read({ series, metadata }: WriteRequest): Decoded {
    for (const one of metadata) this.#learn(one)
    const points: Point[] = []
    let rejected = 0
    for (const written of series) {
      const name = written.labels.find(([label]) => label === '__name__')?.[1] ?? ''
      const labels = labelsOf(written.labels.filter(([label]) => label !== '__name__'))
      const named = name === '' ? undefined : this.#rules({ name, labels })
      if (name === '') rejected += written.samples.length + written.histograms.length
      if (!named) continue
      const instance = labelValue(labels, 'instance')
      const own = makeSeries({ family: this.#familyOf(name), ...named, instance })
      for (const { value, ms } of written.samples) points.push({ series: own, value, time: { ms, ns: 0 } })
      if (written.histograms.length === 0) continue
      const whole = makeSeries({ family: { ...own.family, type: 'histogram' }, ...named, instance })
      for (const histogram of written.histograms) {
        const value = histogramValue(histogram)
        const time = { ms: Number(histogram.timestamp ?? 0), ns: 0 }
        if (value) points.push({ series: whole, value, time })
        else rejected++
      }
    }
    return { points, rejected }
  }

  #learn({ name, type, help, unit }: WrittenMetadata): void {
    if (name === '') return
    this.#families.delete(name)
    this.#families.set(name, { name, type: types[type] ?? 'unknown', help, unit })
    const [oldest] = this.#families.keys()
    if (this.#families.size > mostFamilies && oldest !== undefined) this.#families.delete(oldest)
  }

  #familyOf(name: string): Family {
    const own = this.#families.get(name)
    if (own) {
      // its quantiles are gauges, and a histogram has no series of its name
      return own.type === 'summary' || own.type === 'histogram' ? { ...own, type: 'gauge' } : own
    }
    const suffix = /_(bucket|sum|count|total)$/.exec(name)?.[0]
    const whole = suffix && this.#families.get(name.slice(0, -suffix.length))
    const counts = whole && ['counter', 'histogram', 'summary'].includes(whole.type)
    return counts ? { name, type: 'counter', help: whole.help } : { name, type: 'unknown' }
  }
}
