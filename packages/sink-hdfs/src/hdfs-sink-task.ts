import {
  type FlushCall,
  kindOf,
  type Offsets,
  type SinkBatch,
  type SinkContext,
  type SinkTask,
  type TopicPartition,
  wait,
} from '@sluice/template'
import PQueue from 'p-queue'
import { ChunkPool } from './chunk-pool.ts'
import { PartitionWriter } from './partition-writer.ts'
import type { Plan } from './plan.ts'
import { retrying } from './retry.ts'
import { isBeyond, isDue, isFull } from './rotation.ts'
import type { HdfsConfig } from './settings.ts'
import { startPosition } from './start-position.ts'
import { takeOver } from './take-over.ts'
import type { WebHdfsClient } from './webhdfs/webhdfs-client.ts'

/** How long a partition that goes may take to have its files finished, before they are left to its next owner. */
const leaveTimeoutMs = 20_000
/** How long a partition that comes may wait for HDFS. */
const takeOverTimeoutMs = 30_000
/** How long it may wait to hear where its log ends. */
const logEndTimeoutMs = 5000

const unfinished =
  'HDFS: open files could not be finished before the partition went; its next owner reads the records again.'

const unknownEnd =
  "HDFS: Kafka can't tell now where the partition ends, so its files aren't compared with it: it is read on behind them."

/**
 * Topics into files of HDFS, exactly once: a file's name tells its offsets, and reading goes on behind the last name. Group offsets are
 * committed for what is in finished files; a commit by itself finishes none.
 */
export class HdfsSinkTask implements SinkTask {
  readonly #context: SinkContext<HdfsConfig>
  readonly #plan: Plan
  readonly #client: WebHdfsClient
  readonly #disconnect: () => void
  readonly #uploads: PQueue
  readonly #pool: ChunkPool
  readonly #writers = new Map<string, PartitionWriter>()
  #last: (TopicPartition & { readonly writer: PartitionWriter }) | undefined
  readonly #onTheirWay = new Set<Promise<void>>()
  readonly #waiting: { set(value: number): void }
  readonly #count: (file: { readonly records: number; readonly bytes: number }) => void

  constructor(
    context: SinkContext<HdfsConfig>,
    parts: { readonly plan: Plan; readonly client: WebHdfsClient; readonly close: () => void },
  ) {
    this.#context = context
    this.#plan = parts.plan
    this.#client = parts.client
    this.#disconnect = parts.close
    this.#pool = new ChunkPool({ limitBytes: parts.plan.memoryBytes })
    this.#uploads = new PQueue({ concurrency: context.config.uploadsMax })
    const files = context.metrics.counter('files_committed_total', 'Files finished in HDFS.')
    const bytes = context.metrics.counter('bytes_committed_total', 'Bytes in finished files.')
    this.#waiting = context.metrics.gauge('files_waiting', 'Files that are on their way to HDFS.')
    const records = context.metrics.counter('records_committed_total', 'Records in finished files.')
    this.#count = (file) => {
      files.add()
      bytes.add(file.bytes)
      records.add(file.records)
    }
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<Offsets> {
    const positions = await Promise.all(partitions.map((partition) => this.#assign(partition)))
    return positions.flatMap((offset, index) =>
      offset === undefined ? [] : [{ ...partitions[index]!, offset }],
    )
  }

  async put(batch: SinkBatch, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.#throwFailure()
    await this.#room(signal)
    const { rules, format, clock } = this.#plan
    const nowMs = Date.now()
    const begun = new Map<PartitionWriter, bigint>()
    for (let index = 0; index < batch.length; index++) {
      const record = batch.at(index)
      const { offset } = record.origin
      const writer = this.#writerOf(record.origin)
      if (!begun.has(writer)) begun.set(writer, offset)
      if (!writer.wants(offset)) continue
      let recordMs = 0
      let line: Uint8Array
      try {
        recordMs = clock?.(record) ?? 0
        line = format.line(batch, index, record)
      } catch (error) {
        if (kindOf(error) !== 'record') throw error
        await this.#context.reject(record, error)
        writer.skip(offset)
        continue
      }
      if (writer.file !== undefined && isBeyond(rules, writer.file, recordMs))
        await this.#finish(writer, signal)
      writer.append(offset, line, { nowMs, recordMs })
      if (isFull(rules, writer.file!)) await this.#finish(writer, signal)
      else if (writer.isOverfull) await writer.spill()
    }
    for (const [writer, from] of begun) writer.taken(from)
  }

  async tick(): Promise<void> {
    this.#throwFailure()
    const nowMs = Date.now()
    for (const writer of this.#writers.values()) {
      if (writer.file !== undefined && isDue(this.#plan.rules, writer.file, nowMs)) this.#send(writer)
    }
  }

  /** Files stay open over commits; only what leaves is finished, so that the last commit has it. */
  async flush({ leaving = [] }: FlushCall): Promise<void> {
    const writers = leaving.flatMap((of) => this.#writers.get(keyOf(of)) ?? [])
    await withinMs(leaveTimeoutMs, Promise.all(writers.map((writer) => writer.finish())))
  }

  async preCommit(consumed: Offsets): Promise<Offsets> {
    this.#throwFailure()
    return consumed.flatMap(({ topic, partition, offset }) => {
      const writer = this.#writers.get(keyOf({ topic, partition }))
      // With nothing on its way the group may also pass what left no record: markers, gaps, records set aside.
      if (writer === undefined || writer.isIdle) return [{ topic, partition, offset }]
      const { durable } = writer
      return durable === undefined ? [] : [{ topic, partition, offset: durable < offset ? durable : offset }]
    })
  }

  async revoked(partitions: readonly TopicPartition[], how: { readonly lost: boolean }): Promise<void> {
    await Promise.all(partitions.map((partition) => this.#release(partition, how.lost)))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#writers.values()].map((writer) => writer.stop()))
    this.#writers.clear()
    this.#disconnect()
  }

  async #assign(of: TopicPartition): Promise<bigint | undefined> {
    const context = this.#context
    const tools = { client: this.#client, log: context.log, backoffMs: context.config.retryBackoffMs }
    await this.#release(of, true)
    const { layout, spool } = this.#plan
    const { signal } = context
    const owned = await retrying(
      `taking over ${of.topic}-${of.partition}`,
      () => takeOver(this.#client, { layout, of }, signal),
      { ...tools, signal, timeoutMs: takeOverTimeoutMs },
    )
    // Asked after the listing: what is written is never ahead of an end that is asked for later.
    const [committed] = await context.committed([of])
    const logEnd = await this.#logEnd(of)
    const position = startPosition({
      ...of,
      names: owned.names,
      committed: committed?.offset,
      logEnd,
    })
    const writer = new PartitionWriter({
      of,
      layout,
      ownFolder: owned.folder,
      position,
      spool: { ...spool, pool: this.#pool },
      enqueue: (job) => this.#uploads.add(job),
      tools,
      committed: this.#count,
    })
    this.#writers.set(keyOf(of), writer)
    return position
  }

  /**
   * Where the partition ends in Kafka; undefined where Kafka can't tell now. A partition without a leader must hold up no other: it is read once
   * it has one, and records of a recreated topic show by their offsets then.
   */
  async #logEnd(of: TopicPartition): Promise<bigint | undefined> {
    const asked = this.#context.endOffsets([of]).catch((error: unknown) => {
      if (kindOf(error) !== 'retriable') throw error
    })
    const ends = await withinMs(logEndTimeoutMs, asked)
    if (!ends) this.#context.log.warn(of, unknownEnd)
    return ends?.[0]?.offset
  }

  /** Makes what was taken durable before the partition goes, unless it is lost already. What isn't done in time the next owner reads again. */
  async #release(of: TopicPartition, lost: boolean): Promise<void> {
    const writer = this.#writers.get(keyOf(of))
    if (writer === undefined) return
    this.#writers.delete(keyOf(of))
    this.#last = undefined
    if (!lost) await withinMs(leaveTimeoutMs, writer.finish())
    const complete = writer.isIdle
    await writer.stop()
    if (lost) return
    if (!complete) this.#context.log.warn(of, unfinished)
    // What remains there is nobody's. Where it can't be deleted now the next owner does it.
    await this.#client.delete(writer.ownFolder, AbortSignal.timeout(1000)).catch((error: unknown) => {
      this.#context.log.debug(
        { err: error, ...of },
        'HDFS: the folder for temporary files is left to the next owner.',
      )
    })
  }

  /** Records come in runs of one partition, so the last answer is mostly right. */
  #writerOf(of: TopicPartition): PartitionWriter {
    const last = this.#last
    if (last !== undefined && last.partition === of.partition && last.topic === of.topic) return last.writer
    const writer = this.#writers.get(keyOf(of))
    if (writer === undefined) {
      throw new Error(`A record of ${of.topic}-${of.partition} came, which isn't assigned to this task.`)
    }
    this.#last = { topic: of.topic, partition: of.partition, writer }
    return writer
  }

  async #finish(writer: PartitionWriter, signal: AbortSignal): Promise<void> {
    this.#send(writer)
    await this.#room(signal)
    writer.throwFailure()
  }

  #send(writer: PartitionWriter): void {
    const over = writer.finish()
    this.#onTheirWay.add(over)
    this.#waiting.set(this.#onTheirWay.size)
    void over.finally(() => {
      this.#onTheirWay.delete(over)
      this.#waiting.set(this.#onTheirWay.size)
    })
  }

  /** Back-pressure: waits until few enough files are on their way. */
  async #room(signal: AbortSignal): Promise<void> {
    while (this.#onTheirWay.size >= 2 * this.#context.config.uploadsMax) {
      await unlessAborted(Promise.race(this.#onTheirWay), signal)
    }
  }

  #throwFailure(): void {
    for (const writer of this.#writers.values()) writer.throwFailure()
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}+${partition}`
}

/** The promise's outcome, or undefined after the time, whichever is first. */
async function withinMs<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const over = new AbortController()
  const time = wait(ms, over.signal).then(
    () => undefined,
    () => undefined,
  )
  try {
    return await Promise.race([promise, time])
  } finally {
    over.abort()
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
