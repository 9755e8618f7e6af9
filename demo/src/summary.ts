import type { Demo } from './demo.ts'
import { count, seconds, table } from './progress.ts'

/** The result as tables. */
export function summary({ loaded, changed, latencyMs, timesMs, options, peakMemory }: Demo): string {
  if (!loaded || !changed || !latencyMs) return 'The demo did not come to its end.'
  const systems = [
    ['', 'after the load', 'sum of distance', 'after the changes', 'sum of distance', 'latency of a change'],
    ...(
      [
        ['rows in the table', 'table', ''],
        ['records in the topic', 'topic', seconds(latencyMs.topic)],
        ['documents in the index', 'index', seconds(latencyMs.index)],
        ['lines in HDFS', 'files', seconds(latencyMs.files)],
      ] as const
    ).map(([label, system, latency]) => [
      label,
      count(loaded[system].count),
      count(loaded[system].sum),
      count(changed[system].count),
      count(changed[system].sum),
      latency,
    ]),
  ]
  const stages = [
    ['stage', 'time', 'rows per second'],
    ...Object.entries(timesMs).map(([stage, ms]) => [
      stage,
      seconds(ms),
      /^(Load|Table to|Topic to)/.test(stage) ? count((options.rows * 1000) / ms) : '',
    ]),
  ]
  const memory =
    peakMemory === undefined
      ? 'unknown on this system'
      : `${Math.round(peakMemory / 1024 / 1024)} MB (the whole worker, resident)`
  return `${table(systems)}\n\n${table(stages)}\n\nPeak memory of the runtime: ${memory}`
}
