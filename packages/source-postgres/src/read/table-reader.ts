import type { Logger, OffsetOnly, Polled } from '@sluice/template'
import { describeQuery, describeTable } from '../catalog/columns.ts'
import type { SourceConfig } from '../config/fields.ts'
import { describeLag, type Lag, StandbyBehind } from '../connection/replay.ts'
import type { Servers } from '../connection/servers.ts'
import type { Session } from '../connection/session.ts'
import { CopyReader } from '../copy/copy-reader.ts'
import { clockMicros } from '../window/timestamp-window.ts'
import type { Holder, WindowState } from '../window/window.ts'
import { type Progress, rowBatch, type RowShape } from './batch.ts'
import type { Ordering } from './criteria.ts'
import { orderingOf } from './ordering.ts'
import { type Described, type Flavour, planReading } from './plan-reading.ts'
import { type Offset, type Position, toOffset, whole } from './position.ts'
import type { Stream } from './stream.ts'
import { warningsFor } from './warnings.ts'
import { type Window, windowFor } from './window-for.ts'

interface Options {
  readonly config: SourceConfig
  readonly flavour: Flavour
  readonly stream: Stream & { readonly database: string }
  /** Undefined where nothing was ever read. */
  readonly start: Position | undefined
  readonly log: Logger
}

/** A window whose rows may be read once the rows' server shows them. */
interface Ready {
  readonly bound: bigint
  readonly logged: string | undefined
  readonly sinceMs: number
  readonly holders: readonly Holder[]
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
  #ready: Ready | undefined
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
    await servers.requireRoles(signal)
    // kept until the rows' server has got there: one that is slow would never catch up with a position that is asked for anew
    this.#ready ??= await this.#look(this.#window, servers, signal)
    if (this.#ready === undefined) return
    const { bound, logged, holders } = this.#ready
    const lag = logged === undefined ? undefined : await servers.lag(logged, signal)
    if (lag !== undefined) return this.#waitFor(lag, this.#ready)
    this.holders = holders
    const found = await this.#describe(servers.rows, signal)
    this.#ready = undefined
    if (found !== undefined) this.#reading = await this.#open(servers.rows, found, bound)
  }

  async #look(window: Window, servers: Servers, signal: AbortSignal): Promise<Ready | undefined> {
    const state = await window.advance(servers.window, this.#progress.safe, signal)
    this.holders = this.#shown(state)
    if (state.kind === 'held') {
      this.#lookAgainSoon()
      return undefined
    }
    this.#heldMs = 0
    this.dueAtMs = performance.now() + this.#options.config.pollIntervalMs
    if (state.kind === 'nothing') return undefined
    const logged = await servers.logged(signal)
    return { bound: state.bound, logged, sinceMs: performance.now(), holders: this.holders }
  }

  #lookAgainSoon(): void {
    this.#heldMs = Math.min(Math.max(20, this.#heldMs * 1.5), 1000)
    this.dueAtMs = performance.now() + this.#heldMs
  }

  /** Throws a StandbyBehind where it takes too long. */
  #waitFor(lag: Lag, { logged, sinceMs }: Ready): void {
    const reason = describeLag(lag, logged!)
    const ageMs = Math.round(performance.now() - sinceMs)
    this.holders = [{ reason, ageMs }]
    this.#lookAgainSoon()
    if (ageMs < this.#options.config.windowReplayTimeoutMs) return
    throw new StandbyBehind(`Rows of ${this.stream.shown} wait. ${reason}`)
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
    this.#ready = undefined
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
      ...(id !== undefined && { id: whole(id) }),
      ...(micros !== undefined && { micros: whole(micros) }),
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

  async #open(session: Session, found: Described, bound: bigint): Promise<Reading> {
    const { config } = this.#options
    const plan = planReading(this.#options, { ...found, bound, position: this.#progress.safe })
    const copy = new CopyReader({
      forms: plan.forms,
      cursorCount: plan.shape.cursorCount,
      enoughBytes: config.batchMaxBytes,
      isAlive: (signal) => session.isAlive(signal),
    })
    await session.copy(plan.select, copy)
    return { copy, shape: plan.shape }
  }
}

function startingAt(position: Position): Progress {
  return { last: position, safe: position }
}
