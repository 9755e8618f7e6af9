import {
  type Attribute,
  clientAttributes,
  connectAttributes,
  metricName,
} from '../../packages/runtime/src/telemetry/attributes.ts'
import { code, markdownTable } from './markdown.ts'
import { madeBy } from './reference-page.ts'

const groups: Readonly<Record<string, string>> = {
  connector: 'Connectors, with the label `connector`',
  'connector-task': 'Tasks, with the labels `connector` and `task`',
  'connector-transform': 'Transforms of tasks, with the labels `connector`, `task` and `transform`',
  'connector-predicate': 'Predicates of tasks, with the labels `connector`, `task` and `predicate`',
  'source-task': 'Tasks of sources, with the labels `connector` and `task`',
  'sink-task': 'Tasks of sinks, with the labels `connector` and `task`',
  'task-error': 'Errors of tasks, with the labels `connector` and `task`',
  'connect-worker': 'The worker; counts by state have the label `connector`',
  'connect-worker-rebalance': 'The group of workers, in distributed mode',
  producer: 'Producers, with the label `clientId`',
  'producer-topic': 'Topics of producers, with the labels `clientId` and `topic`',
  consumer: 'Consumers, with the label `clientId`',
  'consumer-fetch-manager': 'What consumers fetch, with the label `clientId`',
  'consumer-coordinator': 'Consumers as members of their group, with the label `clientId`',
  'admin-client': 'Admin clients, with the label `clientId`',
}

/** docs/METRICS.md */
export function metricsPage(): string {
  return [
    `# Metrics

A worker shows its figures at \`/metrics\`, in the text format of Prometheus; an embedded one adds them to the registry that its option \`metrics\` names. Names and labels are those that the rules of JMX
exporter for Kafka Connect (its examples/kafka-connect.yml) give to the JVM's figures, so boards and alerts that were made for those fit. Rates, averages and maxima, which not all of those rules pass on, are named alike. ${madeBy}

- What is a **text** in the JVM, such as the class of a converter, is a series of the value 1 with the text as a label: \`kafka_connect_connector_connector_class{connector="orders",connector_class="postgres"} 1\`.
- Figures of a task are there from its start on, at 0. Rates, averages, maxima and minima are of the last 30 to 60 seconds. Shares that Kafka calls percentages go from 0 to 1, as there.
- A worker shows the connectors and tasks that run on it, as the JVM's does: in distributed mode add up all workers.
- Ids of clients: \`connector-producer-<connector>-<task>\`, \`connector-consumer-<connector>-<task>\`, \`connector-adminclient-<connector>-<task>\`, \`connector-dlq-producer-<connector>-<task>\`. Of the clients' figures those are
  shown that boards use.
- A connector's own figures begin with \`sluice_\`; \`sluice_connector_status\` is the state of a connector itself.
- Node's own: \`nodejs_eventloop_lag_*\` (seconds that the loop of the thread which serves REST was late), \`nodejs_heap_*\`, \`nodejs_gc_duration_seconds\`, \`process_*\` (processor, memory, open files).
`,
    '## Kafka Connect\n',
    ...sections(connectAttributes),
    '## Kafka clients\n',
    ...sections(clientAttributes),
  ].join('\n')
}

function sections(attributes: readonly Attribute[]): readonly string[] {
  return [...Map.groupBy(attributes, ({ group }) => group)].map(([group, own]) => {
    const rows = own.map((one) => [code(one.name), shownAs(one), one.doc])
    return `### ${groups[group] ?? group}\n\n${markdownTable([['attribute', 'at /metrics', 'what it is'], ...rows])}`
  })
}

function shownAs(attribute: Attribute): string {
  const { leftOut, kind } = attribute
  if (leftOut !== undefined) return `left out: ${leftOut}`
  const label = attribute.name === 'status' ? 'status' : attribute.name.replaceAll('-', '_')
  return `${code(metricName(attribute))}${kind === 'text' ? `, label ${code(label)}` : ''}`
}
