import { adminAttributes, consumerAttributes, producerAttributes } from './client-attributes.ts'

/** What becomes of one attribute of Kafka's MBeans. */
export interface Attribute {
  /** The type of the MBean, less `-metrics`. */
  readonly group: string
  readonly name: string
  /** A text is a label of a series whose value is 1. */
  readonly kind: 'number' | 'text'
  readonly doc: string
  /** Present: it isn't shown, for this reason. */
  readonly leftOut?: string
}

type Row = readonly [name: string, doc: string, how?: { readonly text?: true; readonly leftOut?: string }]

function table(group: string, rows: readonly Row[]): readonly Attribute[] {
  return rows.map(([name, doc, { text, leftOut } = {}]) => ({
    group,
    name,
    doc,
    kind: text ? 'text' : 'number',
    ...(leftOut !== undefined && { leftOut }),
  }))
}

const text = { text: true } as const

const oneDefinition = {
  ...text,
  leftOut: 'a connector and its tasks are one definition: connector-class and connector-version say it',
} as const

/** One of each connector. */
const connector = table('connector', [
  ['connector-class', 'The class or name of the connector, as its settings have it.', text],
  ['connector-type', 'source or sink.', text],
  ['connector-version', 'The version of the connector.', text],
  [
    'status',
    'The state of the connector.',
    {
      ...text,
      leftOut:
        'kafka_connect_connector_status is the name that JMX exporter gives to the state of tasks; sluice_connector_status has it',
    },
  ],
])

/** One of each task that runs on this worker. */
const connectorTask = table('connector-task', [
  ['status', 'The state of the task.', text],
  ['running-ratio', 'The share of its time that the task was running, from 0 to 1.'],
  ['pause-ratio', 'The share of its time that the task was paused, from 0 to 1.'],
  ['offset-commit-max-time-ms', 'The longest commit of offsets in the last minute.'],
  ['offset-commit-avg-time-ms', 'How long a commit of offsets took in the last minute, on average.'],
  ['offset-commit-success-percentage', 'The share of commits that went well, from 0 to 1.'],
  ['offset-commit-failure-percentage', 'The share of commits that failed, from 0 to 1.'],
  ['batch-size-max', 'Records of the largest batch in the last minute.'],
  ['batch-size-avg', 'Records of a batch in the last minute, on average.'],
  ['connector-class', 'The class or name of the connector.', text],
  ['connector-type', 'source or sink.', text],
  ['connector-version', 'The version of the connector.', text],
  ['task-class', 'The class of the task.', oneDefinition],
  ['task-version', 'The version of the task.', oneDefinition],
  ['key-converter-class', 'The class or name of the converter of keys.', text],
  ['key-converter-version', 'Its version.', text],
  ['value-converter-class', 'The class or name of the converter of values.', text],
  ['value-converter-version', 'Its version.', text],
  ['header-converter-class', 'The class or name of the converter of headers.', text],
  ['header-converter-version', 'Its version.', text],
])

/** One of each transform of a task, which the label `transform` names. */
const transform = table('connector-transform', [
  ['transform-class', 'The class or name of the transform.', text],
  ['transform-version', 'Its version.', text],
])

/** One of each predicate of a task, which the label `predicate` names. */
const predicate = table('connector-predicate', [
  ['predicate-class', 'The class or name of the predicate.', text],
  ['predicate-version', 'Its version.', text],
])

const sourceTask = table('source-task', [
  ['source-record-poll-total', 'Records that the connector has given.'],
  ['source-record-poll-rate', 'The same, per second of the last minute.'],
  ['source-record-write-total', 'Records that brokers have acknowledged.'],
  ['source-record-write-rate', 'The same, per second of the last minute.'],
  ['poll-batch-max-time-ms', 'The longest poll of the connector in the last minute.'],
  ['poll-batch-avg-time-ms', 'How long a poll took in the last minute, on average.'],
  ['source-record-active-count', 'Records on their way: polled, and not acknowledged yet.'],
  ['source-record-active-count-max', 'The most of them in the last minute.'],
  ['source-record-active-count-avg', 'How many in the last minute, on average.'],
  ['transaction-size-min', 'Records of the smallest transaction; where sources deliver exactly once.'],
  ['transaction-size-max', 'Records of the largest transaction; where sources deliver exactly once.'],
  ['transaction-size-avg', 'Records of a transaction, on average; where sources deliver exactly once.'],
])

const sinkTask = table('sink-task', [
  ['sink-record-read-total', 'Records that were fetched.'],
  ['sink-record-read-rate', 'The same, per second of the last minute.'],
  ['sink-record-send-total', 'Records that were put into the sink.'],
  ['sink-record-send-rate', 'The same, per second of the last minute.'],
  ['sink-record-lag-max', 'The most records that the task is behind in one of its partitions.'],
  ['partition-count', 'Partitions of the task.'],
  ['offset-commit-seq-no', 'How many commits of offsets this run of the task has made.'],
  ['offset-commit-completion-total', 'Commits of offsets that went well.'],
  ['offset-commit-completion-rate', 'The same, per second of the last minute.'],
  ['offset-commit-skip-total', 'Commits of offsets that were put off or came too late.'],
  ['offset-commit-skip-rate', 'The same, per second of the last minute.'],
  ['put-batch-max-time-ms', 'The longest put in the last minute.'],
  ['put-batch-avg-time-ms', 'How long a put took in the last minute, on average.'],
  ['sink-record-active-count', 'Records that were put, and whose offsets are not committed yet.'],
  ['sink-record-active-count-max', 'The most of them in the last minute.'],
  ['sink-record-active-count-avg', 'How many in the last minute, on average.'],
])

const taskError = table('task-error', [
  ['total-record-failures', 'Failures of records, each try counted.'],
  ['total-record-errors', 'Records that failed for good.'],
  ['total-records-skipped', 'Records that were set aside.'],
  ['total-retries', 'Tries after the first.'],
  ['total-errors-logged', 'Failures that were logged (errors.log.enable).'],
  ['deadletterqueue-produce-requests', 'Records that were sent to the dead-letter topic.'],
  ['deadletterqueue-produce-failures', 'Records that did not arrive there.'],
  ['last-error-timestamp', 'When a record failed last, in milliseconds since 1970; 0: never.'],
])

/** One of the worker; with the label `connector` where the name begins with connector- and ends in -task-count. */
const worker = table('connect-worker', [
  ['connector-count', 'Connectors that run on this worker.'],
  ['task-count', 'Tasks that run on this worker.'],
  ['connector-startup-attempts-total', 'Starts of connectors.'],
  ['connector-startup-success-total', 'Starts of connectors that went well.'],
  ['connector-startup-success-percentage', 'Their share, from 0 to 1.'],
  ['connector-startup-failure-total', 'Starts of connectors that failed.'],
  ['connector-startup-failure-percentage', 'Their share, from 0 to 1.'],
  ['task-startup-attempts-total', 'Starts of tasks, those after a failure included.'],
  ['task-startup-success-total', 'Starts of tasks that went well.'],
  ['task-startup-success-percentage', 'Their share, from 0 to 1.'],
  ['task-startup-failure-total', 'Starts of tasks that failed.'],
  ['task-startup-failure-percentage', 'Their share, from 0 to 1.'],
  ['connector-total-task-count', "The connector's tasks on this worker."],
  ['connector-running-task-count', 'Those of them that are RUNNING.'],
  ['connector-paused-task-count', 'Those of them that are PAUSED.'],
  ['connector-failed-task-count', 'Those of them that are FAILED.'],
  ['connector-unassigned-task-count', 'Those of them that are UNASSIGNED.'],
  ['connector-restarting-task-count', 'Those of them that are RESTARTING.'],
  [
    'connector-destroyed-task-count',
    'Those of them that are DESTROYED.',
    { leftOut: 'no task is ever in that state: what is deleted is gone' },
  ],
])

/** One of the worker, in distributed mode. */
const rebalance = table('connect-worker-rebalance', [
  ['connect-protocol', 'The protocol by which the workers share out the work.', text],
  ['leader-name', 'The worker that leads.', text],
  ['epoch', 'The generation of the group.'],
  ['completed-rebalances-total', 'Rebalances that this worker took part in.'],
  ['rebalancing', '1 while a rebalance goes on.'],
  ['rebalance-max-time-ms', 'The longest rebalance in the last minute.'],
  ['rebalance-avg-time-ms', 'How long a rebalance took in the last minute, on average.'],
  ['time-since-last-rebalance-ms', 'How long ago the last rebalance was over.'],
])

/** Every attribute of Kafka Connect's own MBeans, as its page on monitoring has them. */
export const connectAttributes: readonly Attribute[] = [
  ...connector,
  ...connectorTask,
  ...transform,
  ...predicate,
  ...sourceTask,
  ...sinkTask,
  ...taskError,
  ...worker,
  ...rebalance,
]

/** Those of the Kafka clients that boards use; what a client has beside them isn't shown. */
export const clientAttributes: readonly Attribute[] = [
  ...producerAttributes,
  ...consumerAttributes,
  ...adminAttributes,
]

const shown = new Map(
  [...connectAttributes, ...clientAttributes].map((one) => [`${one.group} ${one.name}`, one] as const),
)

/** Undefined: there is none of that name in that group, or it isn't shown. */
export function shownAttribute(group: string, name: string): Attribute | undefined {
  const found = shown.get(`${group} ${name}`)
  return found?.leftOut === undefined ? found : undefined
}

/** All that are shown of a group. */
export function attributesOf(group: string): readonly Attribute[] {
  return connectAttributes.filter((one) => one.group === group && one.leftOut === undefined)
}

/** Labels that only some of a group's series have: those of all topics together have none of them. */
export const partlyLabelled: Readonly<Record<string, readonly string[]>> = {
  'consumer-fetch-manager': ['topic', 'partition'],
}

/** The groups of Kafka Connect whose figures a task gives under their attributes' names alone. */
export const taskGroups = {
  source: ['connector-task', 'source-task', 'task-error'],
  sink: ['connector-task', 'sink-task', 'task-error'],
} as const

/**
 * The name that JMX exporter's rules for Kafka Connect (examples/kafka-connect.yml) make of an attribute, so that existing boards fit:
 * `source-record-poll-total` of `source-task` is `kafka_connect_source_task_source_record_poll_total`.
 */
export function metricName({ group, name }: Pick<Attribute, 'group' | 'name'>): string {
  if (group === 'connector-task' && name === 'status') return 'kafka_connect_connector_status'
  return `${startOf(group)}_${name}`.replaceAll('-', '_')
}

function startOf(group: string): string {
  if (/^(producer|consumer|admin-client)/.test(group)) return `kafka_${group}`
  return group.startsWith('connect-') ? `kafka_${group}` : `kafka_connect_${group}`
}
