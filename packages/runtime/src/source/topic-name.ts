/** Kafka's rule for the names of topics (org.apache.kafka.common.internals.Topic). */
export function isTopicName(name: string): boolean {
  return /^[\w.-]{1,249}$/.test(name) && name !== '.' && name !== '..'
}
