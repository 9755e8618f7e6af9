import type { ConnectorStatus, TaskView } from '../worker/views.ts'
import {
  type Attribute,
  attributesOf,
  metricName,
  partlyLabelled,
  shownAttribute,
  taskGroups,
} from './attributes.ts'
import type { Labels } from './figure-sink.ts'
import type { Figures } from './figures.ts'
import type { GroupFigures, TaskFigures } from './task-figures.ts'
import type { WorkerFigures } from './worker-figures.ts'

export interface Observed {
  readonly figures: WorkerFigures
  /** Those of the whole cluster, where there is one. */
  readonly statuses: () => readonly ConnectorStatus[]
  /** Whose connectors and tasks are shown. */
  readonly workerId: () => string
  /** `connector.class` of a connector. */
  readonly classOf: (connector: string) => string
}

export interface Sample {
  readonly name: string
  readonly doc: string
  /** Default gauge. */
  readonly kind?: 'counter' | 'gauge'
  readonly labels: Labels
  /** Labels that others of the same name have. */
  readonly moreLabels?: readonly string[] | undefined
  readonly value: number
}

/** Everything that a worker shows at /metrics, as of now. */
export function* samplesOf({ figures, statuses, workerId, classOf }: Observed): Generator<Sample> {
  const here = statuses().map((status) => onWorker(status, workerId()))
  for (const status of here) {
    const { name, tasks, type } = status
    const known = {
      'connector-class': classOf(name),
      'connector-type': type,
      'connector-version': status.connector.version,
    }
    for (const task of tasks) {
      const ofTask = figures.task(name, task.id)
      yield* samplesOfTask(ofTask, { labels: { connector: name, task: String(task.id) }, type, task, known })
    }
    if (status.connector.worker_id === workerId()) yield* samplesOfConnector(status, known)
  }
  yield* samplesOfWorker(here, { figures, workerId: workerId() })
}

/** Tasks that other workers run are theirs to show. */
function onWorker(status: ConnectorStatus, workerId: string): ConnectorStatus {
  return { ...status, tasks: status.tasks.filter((task) => task.worker_id === workerId) }
}

type Known = Readonly<Record<string, string>>

function* samplesOfTask(
  figures: TaskFigures,
  how: {
    readonly labels: Labels
    /** Unknown: its plug-in isn't here. */
    readonly type: ConnectorStatus['type']
    readonly task: TaskView
    readonly known: Known
  },
): Generator<Sample> {
  const { labels, type, task, known } = how
  const numbers = figures.attributes()
  const texts = new Map([
    ...Object.entries(known),
    ...figures.texts(),
    ['status', task.state.toLowerCase()] as const,
  ])
  const groups = type === 'unknown' ? [] : taskGroups[type]
  for (const attribute of groups.flatMap(attributesOf)) {
    const { name, kind } = attribute
    if (kind === 'number') yield numberOf(attribute, labels, numbers.get(name) ?? 0)
    else if (texts.has(name)) yield textOf(attribute, labels, texts.get(name)!)
  }
  for (const group of figures.groups()) yield* samplesOfGroup(group, labels)
  for (const { name, ...figure } of figures.customs()) yield { ...figure, name: `sluice_${name}`, labels }
}

/** A client's have only its own labels, as in the JVM; what a task has several of has the task's too. */
function* samplesOfGroup({ group, labels, figures }: GroupFigures, ofTask: Labels): Generator<Sample> {
  const all = group.startsWith('connector-') ? { ...ofTask, ...labels } : labels
  yield* shownOf(group, figures, all)
}

function* shownOf(group: string, figures: Figures, labels: Labels): Generator<Sample> {
  for (const [name, value] of figures.attributes()) {
    const attribute = shownAttribute(group, name)
    if (attribute) yield numberOf(attribute, labels, value)
  }
  for (const [name, value] of figures.texts()) {
    const attribute = shownAttribute(group, name)
    if (attribute) yield textOf(attribute, labels, value)
  }
}

function* samplesOfConnector({ name, connector }: ConnectorStatus, known: Known): Generator<Sample> {
  for (const attribute of attributesOf('connector')) {
    yield textOf(attribute, { connector: name }, known[attribute.name] ?? '')
  }
  yield {
    name: 'sluice_connector_status',
    doc: 'State of a connector itself, as a label; the value is 1.',
    labels: { connector: name, status: connector.state.toLowerCase() },
    value: 1,
  }
}

const countedState = /^connector-(.+)-task-count$/

function* samplesOfWorker(
  here: readonly ConnectorStatus[],
  { figures, workerId }: { readonly figures: WorkerFigures; readonly workerId: string },
): Generator<Sample> {
  const starts = figures.starts.attributes()
  const counts: Readonly<Record<string, number>> = {
    'connector-count': here.filter(({ connector }) => connector.worker_id === workerId).length,
    'task-count': here.reduce((sum, { tasks }) => sum + tasks.length, 0),
  }
  for (const attribute of attributesOf('connect-worker')) {
    const [, state] = countedState.exec(attribute.name) ?? []
    if (state === undefined) {
      yield numberOf(attribute, {}, counts[attribute.name] ?? starts.get(attribute.name) ?? 0)
      continue
    }
    for (const { name, tasks } of here) {
      const counted = state === 'total' ? tasks : tasks.filter((task) => task.state.toLowerCase() === state)
      yield numberOf(attribute, { connector: name }, counted.length)
    }
  }
  yield* shownOf('connect-worker-rebalance', figures.rebalances.figures(), {})
}

function numberOf(attribute: Attribute, labels: Labels, value: number): Sample {
  const moreLabels = partlyLabelled[attribute.group]
  return { name: metricName(attribute), doc: docOf(attribute), labels, moreLabels, value }
}

function textOf(attribute: Attribute, labels: Labels, value: string): Sample {
  return {
    name: metricName(attribute),
    doc: docOf(attribute),
    labels: { ...labels, [attribute.name.replaceAll('-', '_')]: value },
    value: 1,
  }
}

function docOf({ group, name, doc, kind }: Attribute): string {
  return `${doc} Kafka's ${name} of ${group}-metrics${kind === 'text' ? ', as a label; the value is 1' : ''}.`
}
