import { wait } from '@sluice/template'
import type { Settings } from '../../config/settings.ts'
import { backoffMs } from '../../kafka/backoff.ts'
import type { Standing } from '../group/connect-group.ts'
import type { ClusterState } from '../logs/cluster-state.ts'
import { ZombieFencing, type ZombieFencingOptions } from './zombie-fencing.ts'

export interface ClusterFenceOptions extends ZombieFencingOptions {
  readonly isSource: (settings: Settings) => boolean
  /** Undefined before this worker has joined. */
  readonly standing: () => Pick<Standing, 'leads' | 'leaderUrl' | 'state'> | undefined
  /** Was the task given to this worker? */
  readonly has: (connector: string, task: number) => boolean
  readonly askLeader: (leaderUrl: string, connector: string) => Promise<void>
  readonly failed: (connector: string, error: unknown, againMs: number) => void
}

const firstMs = 250
const maxMs = 30_000

/** What a worker of a cluster does about former generations of exactly-once tasks: it has them fenced by the leader before it starts one of a new generation. */
export class ClusterFence {
  readonly #options: ClusterFenceOptions
  readonly #fencing: ZombieFencing

  constructor(options: ClusterFenceOptions) {
    this.#options = options
    this.#fencing = new ZombieFencing(options)
  }

  /** Resolves when tasks of the generation may start here. Tries until then, or until the signal aborts: a leader may just be elected. */
  async before(connector: string, generation: number, signal: AbortSignal): Promise<void> {
    if (!this.#isSource(connector)) return
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted()
      try {
        return await this.#ask(connector, generation)
      } catch (error) {
        const againMs = Math.round(backoffMs({ first: firstMs, max: maxMs, attempt }))
        if (attempt > 2) this.#options.failed(connector, error, againMs)
        await wait(againMs, signal)
      }
    }
  }

  /** The leader's part: for other workers, and before offsets are changed. */
  async asLeader(connector: string): Promise<void> {
    if (this.#isSource(connector)) await this.#fencing.fenceBefore(connector)
  }

  /** Rejects where a task that has just taken its transactional id isn't to run here any more. */
  async confirm(connector: string, task: number, generation: number): Promise<void> {
    const { refresh, state, has, standing } = this.#options
    await refresh()
    if (generationOf(state(), connector) !== generation) {
      throw new Error(`The tasks of ${connector} were divided anew while this one began.`)
    }
    if (standing()?.state !== 'seated' || !has(connector, task)) {
      throw new Error(`The task ${task} of ${connector} was given to another worker while it began here.`)
    }
  }

  async #ask(connector: string, generation: number): Promise<void> {
    const standing = this.#options.standing()
    if (standing?.leads === true) return this.#fencing.fenceBefore(connector, generation)
    if (standing?.leaderUrl === undefined) throw new Error('No worker leads the cluster at the moment.')
    await this.#options.askLeader(standing.leaderUrl, connector)
  }

  #isSource(connector: string): boolean {
    const settings = this.#options.state().connectors.get(connector)?.settings
    return settings !== undefined && this.#options.isSource(settings)
  }
}

function generationOf(state: ClusterState, connector: string): number | undefined {
  return state.connectors.get(connector)?.taskGeneration
}
