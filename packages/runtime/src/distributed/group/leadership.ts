import { assign, type GroupWorker, type History, noHistory } from './assign.ts'
import { decodeState, encodeAssignment, type WorkerState } from './connect-protocol.ts'
import { isConnector, keyOf, type Unit } from './unit.ts'

export interface LeadershipOptions {
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number
  /** How much longer than its session a worker that can't reach the coordinator runs on. At most the delay. */
  readonly graceMs: number
  readonly config: {
    /** The offset of the last record that was read; -1: of none. */
    readonly offset: () => bigint
    /** Reads on as far as this, within `worker.sync.timeout.ms`; false: it didn't come so far. Never rejects. */
    readonly readTo: (offset: bigint) => Promise<boolean>
    /** All that is to run, as far as it was read. */
    readonly units: () => readonly Unit[]
  }
  /** The url of the worker that ran a unit last, as the status topic has it; for a leader that takes over from another. */
  readonly lastRun: (unit: Unit) => string | undefined
}

type Members = ReadonlyArray<{ readonly memberId: string; readonly metadata: Buffer }>

/** What the worker that leads does at each rebalance, and what it remembers for the next one. */
export class Leadership {
  readonly #options: LeadershipOptions
  #history: History = noHistory
  #waiting: readonly Unit[] = []
  /** The connectors that any worker has tasks of. */
  #busy: ReadonlySet<string> = new Set()
  /** Its last seat; absent: it has just come. */
  #last: { readonly leads: boolean } | undefined

  constructor(options: LeadershipOptions) {
    this.#options = options
  }

  ownerOf(unit: Unit): string | undefined {
    return this.#history.holders.get(keyOf(unit))
  }

  /** What is kept back for workers that are gone. */
  get waiting(): readonly Unit[] {
    return this.#waiting
  }

  /** Whether any worker had a task of the connector in the last round, or was given one. */
  hasTasks(connector: string): boolean {
    return this.#busy.has(connector)
  }

  seated(seat: { readonly leads: boolean }): void {
    this.#last = seat
  }

  lost(): void {
    this.#last = undefined
  }

  /** What each member is given, by its id. */
  async shareOut(members: Members, leaderId: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const states = members.map(({ memberId, metadata }) => ({ id: memberId, ...decodeState(metadata) }))
    const { config } = this.#options
    const furthest = states.reduce(
      (most, { configOffset }) => (configOffset > most ? configOffset : most),
      -1n,
    )
    const reached = furthest <= config.offset() || (await config.readTo(furthest))
    const leaderUrl = states.find(({ id }) => id === leaderId)?.url ?? ''
    const common = { leaderId, leaderUrl, configOffset: reached ? config.offset() : furthest }
    if (!reached) return mismatch(states, common)
    const { shares, delayMs } = this.#assign(states)
    return new Map(
      states.map(({ id }) => {
        const { assigned, revoked } = shares.get(id) ?? { assigned: [], revoked: [] }
        return [id, encodeAssignment({ error: 'none', ...common, assigned, revoked, delayMs })]
      }),
    )
  }

  #assign(workers: readonly GroupWorker[]): ReturnType<typeof assign> {
    const { config, maxDelayMs, graceMs } = this.#options
    const units = config.units()
    const history = this.#last?.leads ? this.#history : this.#inherited(units)
    const outcome = assign({ workers, units, history, nowMs: performance.now(), maxDelayMs, graceMs })
    const { holders, keptUntil } = outcome.history
    this.#history = outcome.history
    this.#waiting = units.filter((unit) => keptUntil.has(holders.get(keyOf(unit)) ?? ''))
    const had = workers.flatMap(({ held }) => held)
    const given = [...outcome.shares.values()].flatMap(({ assigned }) => assigned)
    this.#busy = new Set(
      [...had, ...given].filter((unit) => !isConnector(unit)).map(({ connector: name }) => name),
    )
    return outcome
  }

  /**
   * What the former leader remembered is gone with it. A worker that was in the cluster with it knows from the status topic who ran what, so that what
   * the former leader ran waits for it like any other's. One that has just come takes the cluster for new, and starts everything at once.
   */
  #inherited(units: readonly Unit[]): History {
    if (this.#last === undefined) return noHistory
    const { lastRun } = this.#options
    const holders = new Map(
      units.flatMap((unit) => {
        const url = lastRun(unit)
        return url === undefined ? [] : [[keyOf(unit), url] as const]
      }),
    )
    return { ...noHistory, holders, urls: new Set(holders.values()) }
  }
}

function mismatch(
  states: ReadonlyArray<WorkerState & { readonly id: string }>,
  common: { readonly leaderId: string; readonly leaderUrl: string; readonly configOffset: bigint },
): ReadonlyMap<string, Uint8Array> {
  const bytes = encodeAssignment({ error: 'mismatch', ...common, assigned: [], revoked: [], delayMs: 0 })
  return new Map(states.map(({ id }) => [id, bytes]))
}
