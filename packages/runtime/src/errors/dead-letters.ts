import {
  type Admin,
  KafkaError,
  type OutgoingRecord,
  type Producer,
  type ProducerOptions,
} from '../kafka/types.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { contextHeaders, type LetterContext } from './context-headers.ts'
import type { FetchedRecord } from '../kafka/types.ts'
import type { Failure } from './record-errors.ts'

interface Letter extends OutgoingRecord {
  readonly settle: (error: unknown) => void
}

export interface DeadLettersOptions {
  readonly topic: string
  readonly contextHeaders: boolean
  readonly task: LetterContext
  readonly metrics: Pick<TaskMetricsSink, 'add'>
  readonly producer: (delivered: ProducerOptions<Letter>['delivered']) => Producer<Letter>
}

/** Writes records that were set aside to a topic: their original bytes and headers, and what went wrong as headers. */
export class DeadLetters {
  readonly #options: DeadLettersOptions
  readonly #producer: Producer<Letter>

  constructor(options: DeadLettersOptions) {
    this.#options = options
    this.#producer = options.producer(({ records, error }) => {
      if (error) options.metrics.add('deadletterqueue-produce-failures', records.length)
      for (const letter of records) letter.settle(error)
    })
  }

  /** Resolves when the brokers have it. */
  async send(
    from: { readonly topic: string; readonly partition: number; readonly fetched: FetchedRecord },
    failure: Omit<Failure, 'record'>,
  ): Promise<void> {
    const { topic, metrics, task } = this.#options
    metrics.add('deadletterqueue-produce-requests', 1)
    const { key, value, headers, timestamp } = from.fetched
    const why = this.#options.contextHeaders ? contextHeaders({ task, from, failure }) : []
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settle = (error: unknown): void => {
      if (error === undefined) resolve()
      else reject(new Error(`A dead letter could not be written to the topic ${topic}.`, { cause: error }))
    }
    const letter = { topic, key, value, timestamp, headers: [...headers, ...why], settle }
    this.#producer.send([letter]).catch(settle)
    await promise
  }

  close(): Promise<void> {
    return this.#producer.close()
  }
}

/** Makes the dead-letter topic, with one partition as Kafka Connect does, if it doesn't exist. */
export async function createDeadLetterTopic(
  admin: Pick<Admin, 'describeTopics' | 'createTopics'>,
  { topic, replication }: { readonly topic: string; readonly replication: number },
): Promise<void> {
  if ((await admin.describeTopics([topic])).has(topic)) return
  try {
    await admin.createTopics([
      { name: topic, partitions: 1, ...(replication > 0 && { replicationFactor: replication }) },
    ])
  } catch (cause) {
    if (cause instanceof KafkaError && cause.retriable) throw cause
    throw new Error(
      `The dead-letter topic ${topic} does not exist and can't be made with ${replication} replicas. Create it, or set errors.deadletterqueue.topic.replication.factor.`,
      { cause },
    )
  }
}
