import type { ConnectorStatus } from '../worker/views.ts'
import { groupOf, metricName } from './attribute-groups.ts'
import type { WorkerFigures } from './worker-figures.ts'

export interface Observed {
  readonly figures: WorkerFigures
  readonly statuses: () => readonly ConnectorStatus[]
}

export interface Sample {
  readonly name: string
  readonly doc: string
  /** Default gauge. */
  readonly kind?: 'counter' | 'gauge'
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Everything that a worker shows at /metrics, as of now. */
export function* samplesOf(observed: Observed): Generator<Sample> {
  for (const { connector, task, figures } of observed.figures.each()) {
    const labels = { connector, task: String(task) }
    for (const [attribute, value] of figures.attributes()) {
      const doc = `Kafka Connect's ${attribute} of ${groupOf(attribute)}-metrics.`
      yield { name: metricName(attribute), doc, labels, value }
    }
    for (const { name, ...figure } of figures.customs()) yield { ...figure, name: `sluice_${name}`, labels }
  }
  const statuses = observed.statuses()
  for (const status of statuses) yield* statesOf(status)
  yield* countsOf(statuses)
}

function* statesOf({ name, connector, tasks }: ConnectorStatus): Generator<Sample> {
  for (const { id, state } of tasks) {
    yield {
      name: 'kafka_connect_connector_status',
      doc: 'State of a task, as a label; the value is 1.',
      labels: { connector: name, task: String(id), status: state.toLowerCase() },
      value: 1,
    }
  }
  yield {
    name: 'sluice_connector_status',
    doc: 'State of a connector itself, as a label; the value is 1.',
    labels: { connector: name, status: connector.state.toLowerCase() },
    value: 1,
  }
}

const countedStates = ['running', 'paused', 'failed', 'unassigned', 'restarting'] as const

function* countsOf(statuses: readonly ConnectorStatus[]): Generator<Sample> {
  const worker = (attribute: string, value: number, labels: Record<string, string> = {}): Sample => ({
    name: `kafka_connect_worker_${attribute}`,
    doc: `Kafka Connect's ${attribute.replaceAll('_', '-')} of connect-worker-metrics.`,
    labels,
    value,
  })
  yield worker('connector_count', statuses.length)
  yield worker(
    'task_count',
    statuses.reduce((sum, { tasks }) => sum + tasks.length, 0),
  )
  for (const { name, tasks } of statuses) {
    yield worker('connector_total_task_count', tasks.length, { connector: name })
    for (const state of countedStates) {
      const count = tasks.filter((task) => task.state.toLowerCase() === state).length
      yield worker(`connector_${state}_task_count`, count, { connector: name })
    }
  }
}
