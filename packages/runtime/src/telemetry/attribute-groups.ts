/** Kafka Connect's groups of task figures, by the attributes that the runtime counts. Source: Kafka Connect's monitoring page. */
const groups: Readonly<Record<string, readonly RegExp[]>> = {
  'source-task': [/^source-record-/, /^poll-batch-/, /^transaction-size-/],
  'sink-task': [
    /^sink-record-/,
    /^put-batch-/,
    /^partition-count$/,
    /^offset-commit-(seq-no|completion-|skip-)/,
  ],
  'task-error': [/^total-(record|records|retries|errors)/, /^deadletterqueue-/, /^last-error-timestamp$/],
}

/** The group that an attribute belongs to; what no other group claims is `connector-task`. */
export function groupOf(attribute: string): string {
  const found = Object.entries(groups).find(([, patterns]) => patterns.some((one) => one.test(attribute)))
  return found?.[0] ?? 'connector-task'
}

/**
 * The name that JMX exporter's rules for Kafka Connect (examples/kafka-connect.yml) make of an attribute, so that existing boards fit:
 * `source-record-poll-total` is `kafka_connect_source_task_source_record_poll_total`.
 */
export function metricName(attribute: string): string {
  return `kafka_connect_${groupOf(attribute)}_${attribute}`.replaceAll('-', '_')
}
