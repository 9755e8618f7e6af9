import type { Logger } from '@sluice/template'
import type { Admin, Kafka, TailListener, TopicTail } from '../../kafka/types.ts'
import { ensureTopic, type InternalTopic } from './internal-topic.ts'
import { type KeyedRecord, RecordWriter } from './record-writer.ts'

export interface CompactedLogOptions extends TailListener {
  readonly topic: InternalTopic
  readonly kafka: Pick<Kafka, 'tail' | 'producer'>
  readonly admin: Pick<Admin, 'describeTopics' | 'createTopics' | 'topicConfigs'>
  /** Nothing of open or aborted transactions is told, and `readToEnd` waits for the open ones. Default: false. */
  readonly readCommitted?: boolean
  readonly log: Logger
}

/** How long a write is tried. Whether it arrived is not known if it fails then. */
export const writeTimeoutMs = 30_000

/** The settings of a producer that writes the state of workers: all replicas, at once, and given up after `writeTimeoutMs`. */
export const stateProducer: Readonly<Record<string, string>> = {
  acks: 'all',
  'linger.ms': '0',
  'request.timeout.ms': '10000',
  'delivery.timeout.ms': String(writeTimeoutMs),
  'max.block.ms': String(writeTimeoutMs),
}

/** A compacted topic that workers share their state by: everyone follows it, and what one writes counts once it has come back. */
export class CompactedLog {
  readonly #tail: TopicTail
  readonly #writer: RecordWriter

  private constructor(options: CompactedLogOptions) {
    const { topic, kafka, readCommitted, record, restarted, caughtUp } = options
    const settings = { 'isolation.level': readCommitted ? 'read_committed' : 'read_uncommitted' }
    this.#tail = kafka.tail({ topic: topic.name, settings, record, restarted, caughtUp })
    this.#writer = new RecordWriter(topic.name, (delivered) =>
      kafka.producer({ settings: stateProducer, delivered }),
    )
  }

  /** Makes or checks the topic (see `ensureTopic`), reads it to its end and follows it from then on. */
  static async open(options: CompactedLogOptions): Promise<CompactedLog> {
    await ensureTopic(options.topic, options.admin, options.log)
    const log = new CompactedLog(options)
    try {
      await log.readToEnd()
    } catch (error) {
      await log.close()
      throw error
    }
    return log
  }

  /** Resolves once everything that was written before the call, by whomever, has been told. */
  readToEnd(call: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<void> {
    return this.#tail.readToEnd(call)
  }

  /** Resolves once all are acknowledged; they are told later. Rejects with the first KafkaError: some may have arrived. */
  write(records: readonly KeyedRecord[]): Promise<void> {
    return this.#writer.write(records)
  }

  async close(): Promise<void> {
    await Promise.all([this.#tail.close(), this.#writer.close()])
  }
}
