import type { Logger, OffsetOnly, Polled, StructField, StructSchema } from '@sluice/template'
import { describeQuery, describeTable, type TableDescription } from '../catalog/columns.ts'
import { planColumn } from '../catalog/types.ts'
import type { SourceConfig } from '../config/fields.ts'
import type { Servers } from '../connection/servers.ts'
import type { Session } from '../connection/session.ts'
import { CopyReader } from '../copy/copy-reader.ts'
import { quoteIdentifier } from '../sql-text.ts'
import { IncrementingWindow } from '../window/incrementing-window.ts'
import { clockMicros, TimestampWindow } from '../window/timestamp-window.ts'
import type { Holder, WindowState } from '../window/window.ts'
import { XidWindow } from '../window/xid-window.ts'
import { type Progress, rowBatch, type RowShape } from './batch.ts'
import { criteria, type Ordering } from './criteria.ts'
import { orderingOf } from './ordering.ts'
import { type Offset, type Position, toOffset } from './position.ts'
import type { Stream } from './stream.ts'
import { hasWallClock } from './timestamp-columns.ts'
import { warningsFor } from './warnings.ts'

export interface Flavour {
  /** Is the primary key the record's key? */
  readonly keyed: boolean
}

interface Options {
  readonly config: SourceConfig
  readonly flavour: Flavour
  readonly stream: Stream & { readonly database: string }
  /** Undefined where nothing was ever read. */
  readonly start: Position | undefined
  readonly log: Logger
}

interface Described {
  readonly description: TableDescription
  readonly ordering: Ordering
}

interface Reading {
  readonly copy: CopyReader
  readonly shape: RowShape
}

/** Reads one table, or the query: a window, what lies in it in batches, the next window. */
export class TableReader {
  readonly stream: Stream
  /** When there may be something to read, on the clock of performance.now(). */
  dueAtMs = 0
  /** Who keeps rows back at the moment. */
  holders: readonly Holder[] = []

  readonly #options: Options
  #progress: Progress
  #window: Window | undefined
  #reading: Reading | undefined
  #heldMs = 0
  /** Is there a position that no record carries? */
  #mustTell = false

  constructor(options: Options) {
    this.#options = options
    this.#progress = startingAt(options.start ?? {})
    this.stream = options.stream
  }

  get isReading(): boolean {
    return this.#reading !== undefined
  }

  /** Looks whether there are rows to read, and begins to if so. Otherwise says in `dueAtMs` when to look again. */
  async begin(servers: Servers, signal: AbortSignal): Promise<void> {
    this.#window ??= await this.#prepare(servers, signal)
    if (this.#window === undefined) return
    const state = await this.#window.advance(servers.window, this.#progress.safe, signal)
    this.holders = this.#shown(state)
    this.#heldMs = state.kind === 'held' ? Math.min(Math.max(20, this.#heldMs * 1.5), 1000) : 0
    const { pollIntervalMs } = this.#options.config
    this.dueAtMs = performance.now() + (state.kind === 'held' ? this.#heldMs : pollIntervalMs)
    if (state.kind !== 'ready') return
    await servers.caughtUp(signal)
    const found = await this.#describe(servers.rows, signal)
    if (found !== undefined) this.#reading = await this.#open(servers.rows, { ...found, bound: state.bound })
  }

  /** The next rows of what was begun. At its end the position after all of it, where no row could carry it; else an empty list. */
  async read(maxRows: number, signal: AbortSignal): Promise<Polled<Offset>> {
    const { copy, shape } = this.#reading!
    const rows = await copy.read(Math.min(maxRows, this.#options.config.batchMaxRows), signal)
    if (rows === undefined) {
      this.#reading = undefined
      this.dueAtMs = performance.now() + this.#options.config.pollIntervalMs
      return this.#finish()
    }
    const { batch, progress } = rowBatch(rows, shape, this.#progress)
    this.#progress = progress
    return batch
  }

  /** All of the window was read: its last group is whole. */
  #finish(): readonly OffsetOnly<Offset>[] {
    const { last, safe } = this.#progress
    const isTold = last === safe && !this.#mustTell
    this.#progress = startingAt(last)
    this.#mustTell = false
    if (isTold) return []
    return [{ origin: { partition: this.stream.partition, offset: toOffset(last) } }]
  }

  /** After a lost connection: the next reading begins after the last row that was handed out. */
  restart(): void {
    this.#reading = undefined
    this.#progress = startingAt(this.#progress.safe)
    this.#window?.reset()
    this.dueAtMs = 0
  }

  /** Once, before the first window. Undefined: there is no such table. */
  async #prepare({ rows, window }: Servers, signal: AbortSignal): Promise<Window | undefined> {
    const { config, log, stream } = this.#options
    const found = await this.#describe(rows, signal)
    if (found === undefined) return undefined
    const how = { ordering: found.ordering, signal }
    await this.#startAtInitial(window, how)
    for (const warning of await warningsFor(window, { config, stream, ...how })) {
      log.warn({ stream: stream.shown }, warning)
    }
    return windowFor(config, stream, found.ordering)
  }

  /** Where nothing was ever read; kept at once, so that a restart doesn't move what "now" is. */
  async #startAtInitial(
    session: Session,
    { ordering, signal }: { readonly ordering: Ordering; readonly signal: AbortSignal },
  ): Promise<void> {
    const { config, start } = this.#options
    if (start !== undefined) return
    const millis = ordering.kind.startsWith('timestamp') ? config.timestampInitial : undefined
    const id = ordering.kind === 'id' ? config.incrementingInitial : undefined
    if (millis === undefined && id === undefined) return
    const micros = millis === -1n ? await clockMicros(session, signal) : millis && millis * 1000n
    this.#progress = startingAt({
      ...(id === undefined ? {} : { id }),
      ...(micros === undefined ? {} : { micros }),
    })
    this.#mustTell = true
  }

  /** Of transactions that only may hold something back, those that are old enough to be worth a word. */
  #shown(state: WindowState<bigint>): readonly Holder[] {
    if (state.kind === 'nothing') return []
    const { windowWarnAfterMs } = this.#options.config
    return state.kind === 'held'
      ? state.holders
      : state.holders.filter(({ ageMs }) => ageMs >= windowWarnAfterMs)
  }

  /** The columns as they are now. Undefined where the table has vanished, which the next division of tables will notice too. */
  async #describe(session: Session, signal: AbortSignal): Promise<Described | undefined> {
    const { config, log, stream } = this.#options
    const { table, select, shown } = stream
    const description =
      table === undefined
        ? await describeQuery(session, select, signal)
        : await describeTable(session, table, signal)
    if (description !== undefined) return { description, ordering: orderingOf(config, stream, description) }
    log.warn({ stream: shown }, 'The table is gone; looking again at table.poll.interval.ms.')
    this.dueAtMs = performance.now() + config.tablePollIntervalMs
    return undefined
  }

  async #open(
    session: Session,
    { description, ordering, bound }: Described & { readonly bound: bigint },
  ): Promise<Reading> {
    const { config, flavour } = this.#options
    const plans = description.columns.map((column) => ({
      name: column.name,
      ...planColumn(column, {
        numerics:
          config.numericPrecisionMapping && config.numericMapping === 'none'
            ? 'precision_only'
            : config.numericMapping,
        granularity: config.timestampGranularity,
        dates: config.dateMapping,
        zone: config.dbTimezone,
      }),
    }))
    const { cursors, tail } = criteria(ordering, this.#progress.safe, bound)
    const columns = [...plans.map((plan) => plan.sql(quoteIdentifier(plan.name))), ...cursors].join(', ')
    const select = `SELECT ${columns} FROM (${this.stream.select}\n) AS q ${tail} ${config.querySuffix}`
    const keyNames = flavour.keyed ? description.primaryKey : []
    const fields: StructField[] = plans.map(({ name, schema }) => ({ name, schema }))
    const shape: RowShape = {
      stream: this.stream,
      ordering,
      cursorCount: cursors.length,
      schema: { type: 'struct', fields, name: schemaName(this.stream, flavour) },
      keyFields: keyNames.map((name) => fields.findIndex((field) => field.name === name)),
      keySchema:
        keyNames.length === 0 ? undefined : keySchema(fields, keyNames, schemaName(this.stream, flavour)),
    }
    const copy = await session.copy(select, config.batchMaxBytes)
    return {
      copy: new CopyReader(copy, {
        forms: plans.map((plan) => plan.form),
        cursorCount: cursors.length,
        enoughBytes: config.batchMaxBytes,
        isAlive: (signal) => session.isAlive(signal),
      }),
      shape,
    }
  }
}

function startingAt(position: Position): Progress {
  return { last: position, safe: position }
}

function keySchema(fields: readonly StructField[], names: readonly string[], name: string): StructSchema {
  return {
    type: 'struct',
    fields: names.map((key) => fields.find((field) => field.name === key)!),
    name: `${name}.key`,
  }
}

/** As the JDBC source: the table's name alone. Ours has the schema's before it. */
function schemaName({ table }: Stream, { keyed }: Flavour): string {
  if (table === undefined) return 'query'
  return keyed ? `${table.schema}.${table.name}` : table.name
}

interface Window {
  advance(session: Session, position: Position, signal: AbortSignal): Promise<WindowState<bigint>>
  reset(): void
}

function windowFor(config: SourceConfig, { select }: Stream, ordering: Ordering): Window {
  switch (ordering.kind) {
    case 'all':
      return { advance: async () => ({ kind: 'ready', bound: 0n, holders: [] }), reset: () => {} }
    case 'id': {
      const window = new IncrementingWindow(select, ordering.column)
      return {
        advance: (session, position, signal) => window.advance(session, position.id, signal),
        reset: () => window.reset(),
      }
    }
    case 'xid':
      return new XidWindow()
    case 'timestamp':
    case 'timestamp+id': {
      const window = new TimestampWindow(select, {
        delayMs: config.timestampDelayIntervalMs,
        wallClock: hasWallClock(ordering.time) ? ordering.time.zone : undefined,
      })
      return {
        advance: (session, _position, signal) => window.advance(session, signal),
        reset: () => window.reset(),
      }
    }
  }
}
