import { backoffMs } from '../backoff.ts'
import type { ClientConfig } from '../client-config.ts'
import { Trouble } from '../trouble.ts'
import type { KafkaError, KafkaOptions } from '../types.ts'
import type { Partition } from './partition.ts'

export interface FailuresOptions {
  readonly config: Pick<ClientConfig, 'retryBackoffMs' | 'retryBackoffMaxMs' | 'requestTimeoutMs'>
  /** The assigned partitions by key. */
  readonly partitions: ReadonlyMap<string, Partition>
  readonly log: KafkaOptions['log']
  /** A partition has failed for as long as an answer may take: its topic may be gone. */
  readonly lasting?: () => void
}

/**
 * What went wrong with partitions, each of which waits for its own next try. Failures that may pass are the log's matter as long as
 * other partitions are read; the caller is told once there is nothing else to do, and of what only an operator can mend at once.
 */
export class Failures {
  readonly #options: FailuresOptions
  readonly #trouble: Trouble
  #failure: KafkaError | undefined

  constructor(options: FailuresOptions) {
    this.#options = options
    this.#trouble = new Trouble('Reading', options)
  }

  /** What has to be told, once. */
  take(): KafkaError | undefined {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  /** What the caller must know whatever else goes on. */
  tell(error: KafkaError): void {
    this.#failure = error
  }

  /** The partition is asked for again after a while; all failing for `patienceMs` (default `request.timeout.ms`) is told. */
  failed(one: Partition, error: KafkaError, patienceMs = this.#options.config.requestTimeoutMs): void {
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = this.#options.config
    const now = performance.now()
    one.waitUntilMs = now + backoffMs({ first, max, attempt: one.failures++ })
    one.nearest = undefined
    one.failingSinceMs ??= now
    if (!error.retriable) return this.tell(error)
    this.#trouble.goesOn(error)
    if (now - one.failingSinceMs < patienceMs) return
    this.#options.lasting?.()
    const reading = [...this.#options.partitions.values()].filter(({ paused }) => !paused)
    if (reading.every(({ failingSinceMs }) => failingSinceMs !== undefined)) this.tell(error)
  }

  works(one: Partition): void {
    if (one.failingSinceMs === undefined) return
    one.failures = 0
    one.failingSinceMs = undefined
    this.look()
  }

  /** Partitions have gone: perhaps those that failed. */
  look(): void {
    const failing = [...this.#options.partitions.values()].some(
      ({ failingSinceMs }) => failingSinceMs !== undefined,
    )
    if (!failing) this.#trouble.over()
  }
}
