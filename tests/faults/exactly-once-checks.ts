import { Kafka, logLevel } from 'kafkajs'
import type { TopicRecord } from './history.ts'

/** Every row of a table once, by its id, and in each partition in the order of ids. */
export function onceProblems(records: readonly TopicRecord[], ids: readonly string[]): string[] {
  const counts = new Map<string, number>()
  const last = new Map<number, number>()
  const problems: string[] = []
  for (const { partition, value } of records) {
    const id = String((JSON.parse(value ?? '{}') as { id: number }).id)
    counts.set(id, (counts.get(id) ?? 0) + 1)
    if (Number(id) <= (last.get(partition) ?? 0)) problems.push(`${id} comes after ${last.get(partition)}`)
    last.set(partition, Number(id))
  }
  for (const id of ids) if (!counts.has(id)) problems.push(`${id} is missing`)
  for (const [id, count] of counts) if (count > 1) problems.push(`${id} came ${count} times`)
  return problems
}

/** A topic of three partitions. */
export async function makeTopic(
  bootstrapServers: string,
  topic: string,
  replicationFactor: number,
): Promise<void> {
  const brokers = bootstrapServers.split(',')
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, clientId: 'faults' }).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor }] })
  await admin.disconnect()
}
