import { nsText } from '../model/instant.ts'
import type { Point } from '../model/metric.ts'
import { numberText } from '../exposition/parse-number.ts'
import type { Format } from './format.ts'

/**
 * InfluxDB's line protocol, with fields as Telegraf's Prometheus input names them: `counter`, `gauge` or `value`; a histogram has a field for each bound, which includes what
 * lies below, and `count` and `sum`; a summary one for each quantile. The protocol has no NaN, no infinity and no end of a series: such points are left out.
 */
export const influxFormat: Format = {
  one: line,
  many: (points) => {
    const lines = points.flatMap((point) => line(point) ?? [])
    return lines.length === 0 ? undefined : lines.join('\n')
  },
}

function line(point: Point): string | undefined {
  const { series, time } = point
  const fields = fieldsOf(point).filter(([, value]) => typeof value === 'bigint' || Number.isFinite(value))
  if (fields.length === 0) return undefined
  const tags = series.labels.map(([name, value]) => `,${escapedKey(name)}=${escapedKey(value)}`).join('')
  const texts = fields.map(([name, value]) => `${escapedKey(name)}=${fieldText(value)}`)
  return `${escapedMeasurement(series.name)}${tags} ${texts.join(',')} ${nsText(time)}`
}

type Field = readonly [name: string, value: number | bigint]

function fieldsOf({ series, value }: Point): readonly Field[] {
  if (value === 'stale') return []
  if (typeof value !== 'object') {
    const { type } = series.family
    return [[type === 'counter' || type === 'gauge' ? type : 'value', value]]
  }
  const total: Field[] = [['count', value.count]]
  if (value.sum !== undefined) total.push(['sum', value.sum])
  if (value.kind === 'summary') {
    return [...value.quantiles.map((one): Field => [numberText(one.quantile), one.value]), ...total]
  }
  let below = 0
  const bounds = value.buckets.map(({ upperLimit, count }): Field => {
    below += count
    return [numberText(upperLimit), below]
  })
  return [...bounds, ['+Inf', value.count], ...total]
}

function fieldText(value: number | bigint): string {
  return typeof value === 'bigint' ? `${value}i` : String(value)
}

/** A backslash before the end would take the separator along, and a line end can't be written. */
function escapedKey(text: string): string {
  return clean(text).replace(/[, =]/g, '\\$&')
}

function escapedMeasurement(text: string): string {
  return clean(text).replace(/[, ]/g, '\\$&')
}

function clean(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/\\+$/, '')
}
