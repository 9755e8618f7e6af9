import type { MetricType } from '../model/metric.ts'

/** One value of the machine, under the name that Prometheus' node exporter gives it. */
export interface Reading {
  readonly name: string
  readonly type: MetricType
  readonly help: string
  readonly labels: readonly (readonly [string, string])[]
  readonly value: number
}

type Labels = Readonly<Record<string, string>>

/** Makes readings of one name. */
export function metric(name: string, type: 'counter' | 'gauge', help: string) {
  return (value: number, labels: Labels = {}): Reading => ({
    name,
    type,
    help,
    labels: Object.entries(labels),
    value,
  })
}
