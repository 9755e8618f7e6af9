import type { Session } from '../connection/session.ts'
import { relationsOf } from './relations.ts'
import type { WindowState } from './window.ts'
import { stillOpen, type Writer, writersOf } from './writers.ts'

interface Pending {
  readonly bound: bigint
  readonly writers: readonly Writer[]
}

/**
 * How far ids may be read. H is the largest committed id; S, asked for by a later statement, the transactions that hold a writer's lock.
 * Whoever has drawn an id up to H did so before H was committed, under such a lock: it is in S, or it has ended. So rows up to H are safe
 * once no member of S is left, if the statement that reads them begins after that. Later writers draw larger ids and don't matter.
 */
export class IncrementingWindow {
  readonly #select: string
  readonly #column: string
  #pending: Pending | undefined

  /** `select` gives the rows, `column` is the quoted name of the id in it. */
  constructor(select: string, column: string) {
    this.#select = select
    this.#column = column
  }

  async advance(
    session: Session,
    after: number | bigint | undefined,
    signal: AbortSignal,
  ): Promise<WindowState<bigint>> {
    if (this.#pending === undefined) {
      const bound = await this.#largest(session, after, signal)
      if (bound === undefined) return { kind: 'nothing' }
      const relations = await relationsOf(session, this.#select, signal)
      this.#pending = { bound, writers: await writersOf(session, relations, signal) }
    } else {
      this.#pending = await this.#drained(session, this.#pending, signal)
    }
    const { bound, writers } = this.#pending
    if (writers.length > 0) return { kind: 'held', holders: writers }
    this.#pending = undefined
    return { kind: 'ready', bound, holders: [] }
  }

  /** Forgets who was waited for: on another server or another connection they may be others. */
  reset(): void {
    this.#pending = undefined
  }

  async #largest(
    session: Session,
    after: number | bigint | undefined,
    signal: AbortSignal,
  ): Promise<bigint | undefined> {
    const where = after === undefined ? '' : ` WHERE ${this.#column} > ${after}`
    const [row] = await session.query<{ largest: string | null }>(
      `SELECT max(${this.#column})::text AS largest FROM (${this.#select}\n) AS q${where}`,
      { signal },
    )
    return row?.largest == null ? undefined : BigInt(row.largest)
  }

  async #drained(session: Session, pending: Pending, signal: AbortSignal): Promise<Pending> {
    const names = pending.writers.map((writer) => writer.transaction)
    const open = await stillOpen(session, names, signal)
    const left = pending.writers.filter((writer) => open.has(writer.transaction))
    // before PostgreSQL 14, and after a restart, PREPARE gives a transaction another name: one that is new may be one that left
    const relations = await relationsOf(session, this.#select, signal)
    const current = await writersOf(session, relations, signal)
    const renamed = current.filter(
      (writer) =>
        writer.isPrepared && writer.transaction.startsWith('-1/') && !names.includes(writer.transaction),
    )
    const fresh = new Map(current.map((writer) => [writer.transaction, writer]))
    return {
      bound: pending.bound,
      writers: [...left.map((writer) => fresh.get(writer.transaction) ?? writer), ...renamed],
    }
  }
}
