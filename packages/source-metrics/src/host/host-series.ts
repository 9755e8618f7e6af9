import { fromMs } from '../model/instant.ts'
import { type Labels, labelsOf, seriesText } from '../model/labels.ts'
import type { Family, Instant, Point, Series } from '../model/metric.ts'
import { makeSeries, withInstanceLabels } from '../model/series.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import type { Reading } from './reading.ts'

/** The series of the machine, kept from reading to reading. */
export class HostSeries {
  readonly #labels: Labels
  readonly #instance: string
  readonly #rules: ApplyRules
  readonly #families = new Map<string, Family>()
  /** Undefined: the rules drop it. */
  #known = new Map<string, Series | undefined>()

  constructor(how: { readonly labels: Labels; readonly instance: string; readonly rules: ApplyRules }) {
    this.#labels = how.labels
    this.#instance = how.instance
    this.#rules = how.rules
  }

  points(readings: readonly Reading[], time: Instant = fromMs(Date.now())): Point[] {
    const before = this.#known
    this.#known = new Map()
    const points: Point[] = []
    for (const reading of readings) {
      const key = seriesText(reading.name, labelsOf(reading.labels))
      const series = before.has(key) ? before.get(key) : this.#make(reading)
      before.delete(key)
      this.#known.set(key, series)
      if (series) points.push({ series, time, value: reading.value })
    }
    // a disk that was taken out, an interface that went down
    for (const series of before.values()) if (series) points.push({ series, time, value: 'stale' })
    return points
  }

  #make({ name, type, help, labels }: Reading): Series | undefined {
    const family = this.#families.get(name) ?? { name, type, help }
    this.#families.set(name, family)
    const named = this.#rules({ name, labels: withInstanceLabels(labels, this.#labels, false) })
    return named && makeSeries({ family, ...named, instance: this.#instance })
  }
}
