import { Registry } from 'prom-client'
import type { ConnectorStatus } from '../worker/views.ts'
import { metricName } from './attributes.ts'
import { readable } from './logger.ts'
import { registerWorker } from './prometheus.ts'
import { samplesOf } from './samples.ts'
import { createWorkerFigures, type WorkerFigures } from './worker-figures.ts'

const state = { state: 'RUNNING', worker_id: 'here:1', version: '1.2' } as const

function status(type: 'source' | 'sink', more: Partial<ConnectorStatus> = {}): ConnectorStatus {
  return { name: 'a', connector: state, tasks: [{ id: 0, ...state }], type, ...more }
}

function watched(figures: WorkerFigures, statuses: readonly ConnectorStatus[]) {
  return { figures, statuses: () => statuses, workerId: () => 'here:1', classOf: () => 'org.A' }
}

function shown(figures: WorkerFigures, statuses: readonly ConnectorStatus[]): ReadonlyMap<string, number> {
  const lines = [...samplesOf(watched(figures, statuses))].map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${text}`)
    return [`${name}{${pairs.join(',')}}`, value] as const
  })
  return new Map(lines)
}

describe('figures', () => {
  it.each([
    ['source-task', 'source-record-poll-total', 'kafka_connect_source_task_source_record_poll_total'],
    ['sink-task', 'offset-commit-completion-total', 'kafka_connect_sink_task_offset_commit_completion_total'],
    ['connector-task', 'offset-commit-avg-time-ms', 'kafka_connect_connector_task_offset_commit_avg_time_ms'],
    ['connector-task', 'status', 'kafka_connect_connector_status'],
    ['task-error', 'total-record-failures', 'kafka_connect_task_error_total_record_failures'],
    ['connect-worker', 'task-count', 'kafka_connect_worker_task_count'],
    ['connect-worker-rebalance', 'rebalancing', 'kafka_connect_worker_rebalance_rebalancing'],
    ['connector-transform', 'transform-class', 'kafka_connect_connector_transform_transform_class'],
    ['producer', 'record-send-total', 'kafka_producer_record_send_total'],
    ['consumer-fetch-manager', 'records-lag', 'kafka_consumer_fetch_manager_records_lag'],
    ['admin-client', 'request-total', 'kafka_admin_client_request_total'],
  ])('bear the names of JMX exporter: %s %s', (group, name, expected) => {
    expect(metricName({ group, name })).toBe(expected)
  })

  it('come with rates, maxima and averages', () => {
    const figures = createWorkerFigures().task('a', 0)
    figures.add('source-record-poll-total', 60)
    figures.time('put-batch', 10)
    figures.time('put-batch', 30)
    figures.measure('batch-size', 4)
    figures.set('gone', 1)
    figures.set('gone', Number.NaN)
    const all = figures.attributes()
    expect(all.get('source-record-poll-total')).toBe(60)
    expect(all.get('source-record-poll-rate')).toBeCloseTo(2)
    expect(all.get('put-batch-max-time-ms')).toBe(30)
    expect(all.get('put-batch-avg-time-ms')).toBe(20)
    expect([all.get('batch-size-avg'), all.get('batch-size-max')]).toEqual([4, 4])
    expect(all.has('gone')).toBe(false)
  })

  it('are all there from the start, at zero', () => {
    const all = shown(createWorkerFigures(), [status('sink')])
    expect(all.get('kafka_connect_sink_task_put_batch_avg_time_ms{connector=a,task=0}')).toBe(0)
    expect(all.get('kafka_connect_task_error_total_retries{connector=a,task=0}')).toBe(0)
    expect([...all.keys()].filter((name) => name.includes('source_task'))).toEqual([])
    expect([...all.keys()].filter((name) => name.includes('rebalance'))).toEqual([])
  })

  it('have texts as labels, and those of clients and transforms under their own', () => {
    const figures = createWorkerFigures()
    const task = figures.task('a', 0)
    task.text('key-converter-class', 'org.K')
    task.of('connector-transform', { transform: 't' }).text('transform-class', 'org.T')
    task.of('producer', { clientId: 'p' }).add('record-send-total', 3)
    const all = shown(figures, [status('source')])
    expect(all.get('kafka_connect_connector_connector_class{connector=a,connector_class=org.A}')).toBe(1)
    expect(all.get('kafka_connect_connector_status{connector=a,task=0,status=running}')).toBe(1)
    expect(
      all.get(
        'kafka_connect_connector_task_key_converter_class{connector=a,task=0,key_converter_class=org.K}',
      ),
    ).toBe(1)
    expect(
      all.get(
        'kafka_connect_connector_transform_transform_class{connector=a,task=0,transform=t,transform_class=org.T}',
      ),
    ).toBe(1)
    expect(all.get('kafka_producer_record_send_total{clientId=p}')).toBe(3)
  })

  it('count starts by changes of state, and divide time among states', () => {
    const figures = createWorkerFigures()
    const change = (task: number | undefined, one: 'RUNNING' | 'FAILED' | 'PAUSED'): void =>
      figures.changed({ connector: 'a', ...(task !== undefined && { task }), status: { state: one } })
    change(undefined, 'RUNNING')
    for (const one of ['FAILED', 'FAILED', 'RUNNING', 'PAUSED', 'RUNNING', 'FAILED'] as const) change(0, one)
    const starts = figures.starts.attributes()
    expect(starts.get('connector-startup-success-total')).toBe(1)
    expect(starts.get('task-startup-attempts-total')).toBe(3)
    expect(starts.get('task-startup-success-total')).toBe(1)
    expect(starts.get('task-startup-failure-percentage')).toBeCloseTo(2 / 3)
    expect(figures.task('a', 0).attributes().has('running-ratio')).toBe(true)
  })

  it('are of this worker only, where there is a cluster', () => {
    const away = { ...state, worker_id: 'there:1' }
    const tasks = [
      { id: 0, ...state },
      { id: 1, ...away },
    ]
    const all = shown(createWorkerFigures(), [status('sink', { connector: away, tasks })])
    expect(all.get('kafka_connect_worker_connector_count{}')).toBe(0)
    expect(all.get('kafka_connect_worker_task_count{}')).toBe(1)
    expect(all.get('kafka_connect_worker_connector_running_task_count{connector=a}')).toBe(1)
    expect([...all.keys()].filter((name) => name.includes('task=1'))).toEqual([])
  })

  it('tell of rebalances where the worker is a member of a group', () => {
    const figures = createWorkerFigures()
    figures.rebalances.began()
    expect(shown(figures, []).get('kafka_connect_worker_rebalance_rebalancing{}')).toBe(1)
    figures.rebalances.completed({ protocol: 'sessioned', leader: 'http://l:1/', generation: 7 })
    const all = shown(figures, [])
    expect(all.get('kafka_connect_worker_rebalance_rebalancing{}')).toBe(0)
    expect(all.get('kafka_connect_worker_rebalance_epoch{}')).toBe(7)
    expect(all.get('kafka_connect_worker_rebalance_completed_rebalances_total{}')).toBe(1)
    expect(all.get('kafka_connect_worker_rebalance_leader_name{leader_name=http://l:1/}')).toBe(1)
  })

  it('appear in the registry of a program, and go with the worker', async () => {
    const figures = createWorkerFigures()
    const registry = new Registry()
    const statuses = [status('sink')]
    const remove = registerWorker(registry, watched(figures, statuses))
    figures.task('a', 0).add('sink-record-read-total', 3)
    await registry.metrics()
    expect(await registry.metrics()).toContain(
      'kafka_connect_sink_task_sink_record_read_total{connector="a",task="0"} 3',
    )
    statuses.pop()
    expect(await registry.metrics()).not.toContain('connector="a"')
    remove()
    expect(await registry.metrics()).not.toContain('kafka_connect')
  })

  it("show a connector's own counters as counters and its gauges as gauges", async () => {
    const figures = createWorkerFigures()
    const registry = new Registry()
    registerWorker(registry, watched(figures, [status('sink')]))
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

  it('may have labels that others of their name lack', async () => {
    const figures = createWorkerFigures()
    const registry = new Registry()
    registerWorker(registry, watched(figures, [status('sink')]))
    const own = { clientId: 'c' }
    for (const labels of [own, { ...own, topic: 't' }])
      figures.task('a', 0).of('consumer-fetch-manager', labels).add('records-consumed-total', 2)
    await registry.metrics()
    const text = await registry.metrics()
    expect(text).toContain('kafka_consumer_fetch_manager_records_consumed_total{clientId="c"} 2')
    expect(text).toContain('kafka_consumer_fetch_manager_records_consumed_total{clientId="c",topic="t"} 2')
  })

  it('of a connector only grow where they count', async () => {
    const figures = createWorkerFigures()
    const registry = new Registry()
    registerWorker(registry, watched(figures, [status('sink')]))
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
