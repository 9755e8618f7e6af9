import type { Logger, Metrics } from '@sluice/template'
import type { Holder } from './window.ts'

interface Held {
  readonly holders: readonly Holder[]
  /** The age at which the next warning is due. */
  readonly warnAtMs: number
}

/** Shows what keeps rows from being read: in figures at once, in the log when they are old, and again each time their age has doubled. */
export class HeldReport {
  readonly #log: Logger
  readonly #warnAfterMs: number
  readonly #tables: { set(value: number): void }
  readonly #ageMs: { set(value: number): void }
  readonly #held = new Map<string, Held>()

  constructor(options: { readonly log: Logger; readonly metrics: Metrics; readonly warnAfterMs: number }) {
    this.#log = options.log
    this.#warnAfterMs = options.warnAfterMs
    this.#tables = options.metrics.gauge(
      'window_held_tables',
      'Tables of which rows wait: for transactions that are still open, for a standby, or for clocks that go back.',
    )
    this.#ageMs = options.metrics.gauge(
      'window_held_ms',
      'Age in milliseconds of the oldest that rows wait for.',
    )
  }

  /** `holders` of a stream as they are now, the oldest first; none: nothing waits. */
  update(stream: string, holders: readonly Holder[]): void {
    const ageMs = oldest(holders)
    const known = this.#held.get(stream)
    const warnAtMs = known?.warnAtMs ?? this.#warnAfterMs
    if (holders.length === 0) this.#held.delete(stream)
    else this.#held.set(stream, { holders, warnAtMs: ageMs < warnAtMs ? warnAtMs : Math.max(1, ageMs) * 2 })
    if (holders.length > 0 && ageMs >= warnAtMs) {
      this.#log.warn(
        { stream, holders: holders.map(shown) },
        'Rows wait for what is named here; they are read once it has ended.',
      )
    } else if (holders.length === 0 && known !== undefined && known.warnAtMs > this.#warnAfterMs) {
      this.#log.info({ stream }, 'No rows wait any more.')
    }
    this.#tables.set(this.#held.size)
    this.#ageMs.set(Math.max(0, ...[...this.#held.values()].map((held) => oldest(held.holders))))
  }
}

function oldest(holders: readonly Holder[]): number {
  return Math.max(0, ...holders.map((holder) => holder.ageMs))
}

function shown(holder: Holder): Holder {
  const { ageMs } = holder
  return 'reason' in holder
    ? { reason: holder.reason, ageMs }
    : { pid: holder.pid, ageMs, query: holder.query }
}
