import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { type KafkaClients, KafkaError, type OutgoingRecord } from '@sluice/runtime'
import { UsageError } from '../connector/usage-error.ts'
import { linesOf } from './lines.ts'
import type { Progress } from './progress.ts'
import { refuseMissingTopic } from './topic-check.ts'

export interface ProduceOptions {
  readonly clients: KafkaClients
  readonly topic: string
  /** Files, one after the other; `-` is the standard input, and so is none at all. */
  readonly files: readonly string[]
  readonly read: (line: Buffer, number: number) => OutgoingRecord
  /** Each file is one record. */
  readonly whole: boolean
  readonly overrides: Readonly<Record<string, string>>
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Sends lines as records, as fast as Kafka takes them. Resolves when all that was read is acknowledged, also where the signal ended the reading. Rejects with the first record
 * that could not be delivered.
 */
export async function produce(options: ProduceOptions): Promise<void> {
  const { clients, topic, progress, signal } = options
  await refuseMissingTopic(clients, topic)
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  let failure: KafkaError | undefined
  const producer = clients.producer<OutgoingRecord>((delivery) => {
    if (delivery.error === undefined) return progress.add(delivery.records.length, bytesOf(delivery.records))
    failure ??= delivery.error
    failed.reject(delivery.error)
  }, options.overrides)
  try {
    for await (const records of recordsIn(options)) {
      if (failure) throw failure
      await Promise.race([producer.send(records), failed.promise])
      if (signal.aborted) break
    }
    await Promise.race([producer.flush(), failed.promise])
  } finally {
    await producer.close()
    progress.done()
  }
}

async function* recordsIn(options: ProduceOptions): AsyncGenerator<readonly OutgoingRecord[]> {
  const { read, whole, signal } = options
  const files = options.files.length === 0 ? ['-'] : options.files
  let number = 0
  for (const file of files) {
    const input = streamOf(file)
    const end = (): void => void input.destroy()
    signal.addEventListener('abort', end, { once: true })
    try {
      if (whole) yield [read(await bytesOfAll(input), ++number)]
      else for await (const lines of linesOf(input)) yield lines.map((line) => read(line, ++number))
    } catch (error) {
      // the end of the reading, not a mistake
      if (signal.aborted) return
      throw error instanceof UsageError || error instanceof KafkaError ? error : unreadable(file, error)
    } finally {
      signal.removeEventListener('abort', end)
      input.destroy()
    }
  }
}

async function bytesOfAll(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function streamOf(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 })
}

function unreadable(file: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error)
  return new UsageError(`${file === '-' ? 'the standard input' : file} can't be read: ${reason}`, {
    cause: error,
  })
}

function bytesOf(records: readonly OutgoingRecord[]): number {
  return records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0)
}
