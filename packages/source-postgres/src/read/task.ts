import {
  type Call,
  type Polled,
  type SourceContext,
  type SourcePartition,
  type SourceTask,
  wait,
} from '@sluice/template'
import type { TableName } from '../catalog/tables.ts'
import { settingsAlone } from '../check.ts'
import type { SourceConfig } from '../config/fields.ts'
import { ruled } from '../config/setting-rules.ts'
import { isTransient, readError } from '../connection/errors.ts'
import { StandbyBehind } from '../connection/replay.ts'
import { openServers, type Servers } from '../connection/servers.ts'
import { type ConnectionTarget, connectionTarget } from '../connection/target.ts'
import { HeldReport } from '../window/held-report.ts'
import type { Flavour } from './plan-reading.ts'
import { type Offset, toPosition } from './position.ts'
import { queryOf, queryStream, type Stream, tableStream } from './stream.ts'
import { TableReader } from './table-reader.ts'

/** The tables of one task; none where it reads the query. */
export type Slice = { readonly tables: readonly TableName[] }

export type Context = SourceContext<SourceConfig, Offset, Slice>

export async function openTask(context: Context, flavour: Flavour): Promise<SourceTask<Offset>> {
  const { config, slice, task, log } = context
  refuse(config)
  for (const { setting, message } of ruled(config, 'warned'))
    log.warn({ setting }, `Setting ${setting} ${message}.`)
  const target = connectionTarget(config, config.connectionUrl, `sluice ${task.connector}-${task.index}`)
  const streams =
    queryOf(config) === undefined
      ? slice.tables.map((table) => tableStream(config, target.database, table))
      : [queryStream(config)]
  const readers = await Promise.all(
    streams.map(async (stream) => {
      const { partition, offset } = await storedOffset(context, stream)
      const found = { ...stream, partition, database: target.database }
      return new TableReader({
        config,
        flavour,
        stream: found,
        start: offset === undefined ? undefined : toPosition(offset),
        log,
      })
    }),
  )
  return new PostgresTask(context, target, readers)
}

/** The same that `check` finds, for those who didn't ask it. */
function refuse(config: SourceConfig): void {
  const [first] = settingsAlone(config)
  if (first !== undefined) throw new Error(`${first.setting} ${first.message}`)
}

/** An offset is looked for under every name that the JDBC source has given the table. The name of its first protocol, without a schema, isn't kept. */
async function storedOffset(
  context: Context,
  { partition, olderPartitions }: Stream,
): Promise<{ readonly partition: SourcePartition; readonly offset: Offset | undefined }> {
  const partitions = [partition, ...olderPartitions]
  const offsets = await context.offsets(partitions)
  const found = offsets.findIndex((offset) => offset !== undefined)
  const kept = partitions[found]
  return { partition: kept?.['protocol'] === undefined ? partition : kept, offset: offsets[found] }
}

/** A poll without rows takes this long at least, so that asking again and again isn't a busy loop. */
const LEAST_LINGER_MS = 20

class PostgresTask implements SourceTask<Offset> {
  readonly #context: Context
  readonly #target: ConnectionTarget
  readonly #readers: readonly TableReader[]
  readonly #held: HeldReport
  #servers: Servers | undefined
  #failures = 0

  constructor(context: Context, target: ConnectionTarget, readers: readonly TableReader[]) {
    this.#context = context
    this.#target = target
    this.#readers = readers
    this.#held = new HeldReport({ ...context, warnAfterMs: context.config.windowWarnAfterMs })
  }

  async poll(call: Call & { readonly maxRecords: number }): Promise<Polled<Offset>> {
    const giveUpAtMs = performance.now() + Math.max(LEAST_LINGER_MS, this.#context.config.pollLingerMs)
    for (;;) {
      call.signal.throwIfAborted()
      const reader = this.#next()
      if (!(await this.#due(reader, giveUpAtMs, call.signal)) || reader === undefined) return []
      const polled = await this.#advance(reader, call)
      if ('kind' in polled || polled.length > 0) return polled
    }
  }

  async close(): Promise<void> {
    if (this.#readers.some((reader) => reader.isReading)) this.#servers?.destroy()
    await this.#servers?.close()
  }

  /** What is being read goes on; else the table whose turn is first. */
  #next(): TableReader | undefined {
    return (
      this.#readers.find((reader) => reader.isReading) ??
      this.#readers.reduce<TableReader | undefined>(
        (first, reader) => (first === undefined || reader.dueAtMs < first.dueAtMs ? reader : first),
        undefined,
      )
    )
  }

  /** Waits for a reader's turn. False: it doesn't come before the poll is to return. */
  async #due(reader: TableReader | undefined, giveUpAtMs: number, signal: AbortSignal): Promise<boolean> {
    if (reader?.isReading) return true
    const dueAtMs = reader?.dueAtMs ?? Number.POSITIVE_INFINITY
    await wait(Math.max(0, Math.min(dueAtMs, giveUpAtMs) - performance.now()), signal)
    return dueAtMs <= giveUpAtMs
  }

  async #advance(reader: TableReader, call: Call & { readonly maxRecords: number }): Promise<Polled<Offset>> {
    try {
      const servers = await this.#connected(call.signal)
      if (!reader.isReading) await this.#begin(reader, servers, call.signal)
      if (!reader.isReading) return []
      const polled = await reader.read(call.maxRecords, call.signal)
      this.#failures = 0
      return polled
    } catch (error) {
      call.signal.throwIfAborted()
      throw error instanceof StandbyBehind ? error : this.#failed(reader, error)
    }
  }

  async #begin(reader: TableReader, servers: Servers, signal: AbortSignal): Promise<void> {
    try {
      await reader.begin(servers, signal)
    } finally {
      this.#held.update(reader.stream.shown, reader.holders)
    }
  }

  async #connected(signal: AbortSignal): Promise<Servers> {
    if (this.#servers?.isLost) this.#drop()
    this.#servers ??= await openServers(this.#context.config, {
      target: this.#target,
      log: this.#context.log,
      signal,
    })
    return this.#servers
  }

  #failed(reader: TableReader, error: unknown): Error {
    const { queryRetryAttempts } = this.#context.config
    this.#failures++
    this.#drop()
    const failure = readError(`read ${reader.stream.shown}`, error)
    const mayRetry = queryRetryAttempts === -1 || this.#failures <= queryRetryAttempts
    return mayRetry || !isTransient(error) ? failure : new Error(failure.message, { cause: failure })
  }

  /** The connection goes, and with it whatever was being read; the readers know where to go on. */
  #drop(): void {
    this.#servers?.destroy()
    this.#servers = undefined
    for (const reader of this.#readers) reader.restart()
  }
}
