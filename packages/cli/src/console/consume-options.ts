import type { FetchedBatch, KafkaClients } from '@sluice/runtime'
import type { Output } from './output.ts'
import type { OutputFormat } from './record-output.ts'
import type { Start } from './start.ts'

export interface ConsumeOptions {
  readonly clients: KafkaClients
  readonly topic: string
  /** Of all partitions, unless it is given. */
  readonly partition: number | undefined
  readonly start: Start
  readonly group: string | undefined
  /** Goes on with what comes; else it ends where the topic ended when it began. */
  readonly follow: boolean
  readonly max: number
  readonly format: OutputFormat
  readonly output: Output
  readonly signal: AbortSignal
}

export type ConsumedParts = ReadonlyArray<Omit<FetchedBatch, 'highWatermark'>>

/** Batches of records, until all that is wanted has been given. */
export interface RecordSource {
  /** Undefined: there are no more. */
  next(): Promise<readonly FetchedBatch[] | undefined>
  /** These records are written: a group remembers it. */
  written(batches: ConsumedParts): Promise<void>
  close(): Promise<void>
}
