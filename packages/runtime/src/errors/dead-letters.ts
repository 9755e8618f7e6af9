import { KafkaError, type OutgoingRecord, type Producer, type ProducerOptions } from '../kafka/types.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { contextHeaders, type LetterContext, type LetterPlace } from './context-headers.ts'
import type { Failure } from './record-errors.ts'

/** A record as it is kept: its bytes, its own headers. */
export type LetterContent = Required<Pick<OutgoingRecord, 'key' | 'value' | 'headers'>> & {
  readonly timestamp?: number | undefined
}

interface Letter extends OutgoingRecord {
  readonly settle: (error: KafkaError | undefined) => void
}

export interface DeadLettersOptions {
  readonly topic: string
  readonly contextHeaders: boolean
  readonly task: LetterContext
  /** Masks values of config providers in what the headers say. */
  readonly redact?: ((text: string) => string) | undefined
  readonly metrics: Pick<TaskMetricsSink, 'add'>
  readonly producer: (delivered: ProducerOptions<Letter>['delivered']) => Producer<Letter>
}

/** Writes records that were set aside to a topic: their content, and what went wrong as headers. */
export class DeadLetters {
  readonly #options: DeadLettersOptions
  readonly #producer: Producer<Letter>

  constructor(options: DeadLettersOptions) {
    this.#options = options
    this.#producer = options.producer(({ records, error }) => {
      for (const letter of records) letter.settle(error)
    })
  }

  /** Resolves when the brokers have it. */
  async send(
    { key, value, headers, timestamp }: LetterContent,
    { place, failure }: { readonly place: LetterPlace; readonly failure: Omit<Failure, 'record'> },
  ): Promise<void> {
    const { topic, metrics, task, redact } = this.#options
    metrics.add('deadletterqueue-produce-requests', 1)
    const why = this.#options.contextHeaders ? contextHeaders({ task, place, failure, redact }) : []
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settle = (error: unknown): void => {
      if (error === undefined) return resolve()
      metrics.add('deadletterqueue-produce-failures', 1)
      reject(undelivered(topic, error))
    }
    const content = {
      key,
      value,
      headers: [...headers, ...why],
      ...(timestamp !== undefined && { timestamp }),
    }
    this.#producer.send([{ topic, ...content, settle }]).catch(settle)
    await promise
  }

  close(): Promise<void> {
    return this.#producer.close()
  }
}

function undelivered(topic: string, cause: unknown): Error {
  const tooLarge = cause instanceof KafkaError && cause.code === 'MESSAGE_TOO_LARGE'
  const advice = tooLarge
    ? ` It is too large there: kafka-configs.sh --bootstrap-server ... --alter --topic ${topic} --add-config max.message.bytes=104857600`
    : ''
  return new Error(`A dead letter could not be written to the topic ${topic}.${advice}`, { cause })
}
