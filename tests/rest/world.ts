import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { lines, topic } from './connectors.ts'

/** What the requests are sent to, and the files that they name. */
export interface RestWorld {
  /** `http://host:port` of the worker. */
  readonly url: string
  readonly folder: string
}

/** Settings of a worker that both are started with. */
export const workerSettings: Readonly<Record<string, string>> = {
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'offset.flush.interval.ms': '1000',
}

/** A folder with the file that the source reads, and a topic that has its lines once already. */
export async function prepare(
  bootstrapServers: string,
): Promise<{ folder: string; dispose(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `sluice-rest-${randomUUID().slice(0, 4)}-`))
  await writeFile(join(folder, 'in.txt'), lines.map((line) => `${line}\n`).join(''))
  const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] })
  } finally {
    await admin.disconnect()
  }
  return { folder, dispose: () => rm(folder, { recursive: true, force: true }) }
}
