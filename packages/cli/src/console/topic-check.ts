import { type KafkaClients, KafkaError, type TopicDescription } from '@sluice/runtime'

/** The topic's partitions. Rejects where there is no such topic, with what to do; shows early what is wrong with the way to Kafka. */
export async function refuseMissingTopic(clients: KafkaClients, topic: string): Promise<TopicDescription> {
  const admin = clients.admin()
  try {
    const found = (await admin.describeTopics([topic])).get(topic)
    if (found) return found
    throw new KafkaError(
      `There is no topic ${topic}, or this user may not describe it. sluice topics create ${topic} makes it.`,
      { code: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: false },
    )
  } finally {
    await admin.close()
  }
}
