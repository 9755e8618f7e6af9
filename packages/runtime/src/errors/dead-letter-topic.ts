import { type Admin, KafkaError, type NewTopic } from '../kafka/types.ts'

/** What a broker takes at most (socket.request.max.bytes). */
export const largestLetterBytes = 104_857_600

/** Some clusters don't let everyone choose a topic's settings. */
const refusedSettings = new Set(['INVALID_CONFIG', 'POLICY_VIOLATION'])

/**
 * Makes the dead-letter topic, with one partition as Kafka Connect does, if it doesn't exist. It takes larger records than others where the
 * cluster allows that: a dead letter is a record with more headers, and may be there because it was too large for its own topic.
 */
export async function createDeadLetterTopic(
  admin: Pick<Admin, 'describeTopics' | 'createTopics'>,
  { topic, replication }: { readonly topic: string; readonly replication: number },
): Promise<void> {
  if ((await admin.describeTopics([topic])).has(topic)) return
  const plain: NewTopic = {
    name: topic,
    partitions: 1,
    ...(replication > 0 && { replicationFactor: replication }),
  }
  try {
    await admin
      .createTopics([{ ...plain, configs: { 'max.message.bytes': String(largestLetterBytes) } }])
      .catch((error: unknown) => {
        if (error instanceof KafkaError && refusedSettings.has(error.code)) return admin.createTopics([plain])
        throw error
      })
  } catch (cause) {
    if (cause instanceof KafkaError && cause.retriable) throw cause
    const command = `kafka-topics.sh --bootstrap-server ... --create --topic ${topic} --partitions 1`
    throw new Error(
      `The dead-letter topic ${topic} does not exist and can't be made with ${replication} replicas. Create it (${command}), or set errors.deadletterqueue.topic.replication.factor.`,
      { cause },
    )
  }
}
