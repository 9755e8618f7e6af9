import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { lines, passingTopic, topic } from './connectors.ts'

/** What the requests are sent to, and the files that they name. */
export interface RestWorld {
  /** `http://host:port` of the worker. */
  readonly url: string
  readonly folder: string
  /** What this run calls the topics that the steps call `rest-…`, so that several may use one Kafka. */
  readonly topics: Readonly<Record<string, string>>
}

/** Settings of a worker that both are started with. */
export const workerSettings: Readonly<Record<string, string>> = {
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'offset.flush.interval.ms': '1000',
}

export type Prepared = Omit<RestWorld, 'url'> & { dispose(): Promise<void> }

/** A folder with the file that the sources read, and the topics, empty. */
export async function prepare(bootstrapServers: string): Promise<Prepared> {
  const id = randomUUID().slice(0, 8)
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rest-'))
  await writeFile(join(folder, 'in.txt'), lines.map((line) => `${line}\n`).join(''))
  const topics = { [topic]: `${topic}-${id}`, [passingTopic]: `${passingTopic}-${id}` }
  const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    const made = Object.values(topics).map((name) => ({
      topic: name,
      numPartitions: 1,
      replicationFactor: 1,
    }))
    await admin.createTopics({ topics: made })
  } finally {
    await admin.disconnect()
  }
  return { folder, topics, dispose: () => rm(folder, { recursive: true, force: true }) }
}
