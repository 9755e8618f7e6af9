import { Registry } from 'prom-client'
import { metricName } from './attribute-groups.ts'
import { readable } from './logger.ts'
import { registerWorker } from './prometheus.ts'
import { createWorkerFigures } from './worker-figures.ts'

describe('figures', () => {
  it.each([
    ['source-record-poll-total', 'kafka_connect_source_task_source_record_poll_total'],
    ['sink-record-send-rate', 'kafka_connect_sink_task_sink_record_send_rate'],
    ['offset-commit-completion-total', 'kafka_connect_sink_task_offset_commit_completion_total'],
    ['offset-commit-avg-time-ms', 'kafka_connect_connector_task_offset_commit_avg_time_ms'],
    ['running-ratio', 'kafka_connect_connector_task_running_ratio'],
    ['total-record-failures', 'kafka_connect_task_error_total_record_failures'],
    ['deadletterqueue-produce-requests', 'kafka_connect_task_error_deadletterqueue_produce_requests'],
  ])('bear the names of JMX exporter: %s', (attribute, name) => {
    expect(metricName(attribute)).toBe(name)
  })

  it('come with rates, maxima and averages', () => {
    const figures = createWorkerFigures().task('a', 0)
    figures.add('source-record-poll-total', 60)
    figures.time('put-batch', 10)
    figures.time('put-batch', 30)
    const all = figures.attributes()
    expect(all.get('source-record-poll-total')).toBe(60)
    expect(all.get('source-record-poll-rate')).toBeCloseTo(2)
    expect(all.get('put-batch-max-time-ms')).toBe(30)
    expect(all.get('put-batch-avg-time-ms')).toBe(20)
  })

  it('appear in the registry of a program, and go with the worker', async () => {
    const figures = createWorkerFigures()
    const registry = new Registry()
    const remove = registerWorker(registry, { figures, statuses: () => [] })
    figures.task('a', 0).add('sink-record-read-total', 3)
    await registry.metrics()
    expect(await registry.metrics()).toContain(
      'kafka_connect_sink_task_sink_record_read_total{connector="a",task="0"} 3',
    )
    figures.forget('a')
    expect(await registry.metrics()).not.toContain('connector="a"')
    remove()
    expect(await registry.metrics()).not.toContain('kafka_connect')
  })

  it("show a connector's own counters as counters and its gauges as gauges", async () => {
    const figures = createWorkerFigures()
    const registry = new Registry()
    registerWorker(registry, { figures, statuses: () => [] })
    const task = figures.task('a', 0)
    const count = task.custom('counter', 'files_total', 'Files.')
    task.custom('gauge', 'files_open', 'Open files.')(3)
    count(2)
    await registry.metrics()
    count(5)
    await registry.metrics()
    const text = await registry.metrics()
    expect(text).toContain(
      '# TYPE sluice_files_total counter\nsluice_files_total{connector="a",task="0"} 7\n',
    )
    expect(text).toContain('# TYPE sluice_files_open gauge\nsluice_files_open{connector="a",task="0"} 3\n')
  })

  it('of a connector only grow where they count', async () => {
    const figures = createWorkerFigures()
    const registry = new Registry()
    registerWorker(registry, { figures, statuses: () => [] })
    const count = figures.task('a', 0).custom('counter', 'files_total', 'Files.')
    for (const n of [4, -7, Number.NaN]) count(n)
    await registry.metrics()
    expect(await registry.metrics()).toContain('sluice_files_total{connector="a",task="0"} 4')
  })
})

describe('a log line on a terminal', () => {
  it('is a sentence with its fields, and the trace below', () => {
    const line = {
      level: 'error',
      time: '2026-11-22T10:11:12.345Z',
      msg: 'It failed.',
      task: 0,
      trace: 'Error: x\n  at y',
    }
    expect(readable(JSON.stringify(line), (_, text) => text)).toBe(
      '10:11:12.345 ERROR It failed. task=0\n    Error: x\n      at y',
    )
  })
})
