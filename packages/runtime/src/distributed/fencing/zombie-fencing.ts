import type { ClusterState, ConnectorConfig } from '../logs/cluster-state.ts'
import { fencingNeed } from './fencing-need.ts'

export interface ZombieFencingOptions {
  readonly groupId: string
  readonly state: () => ClusterState
  /** `state` has everything that was written before the call. */
  readonly refresh: () => Promise<void>
  readonly putTaskCount: (connector: string, tasks: number) => Promise<void>
  /** `Admin.fenceProducers`, with the client settings of the connector. */
  readonly fenceProducers: (
    transactionalIds: readonly string[],
    connector: { readonly connector: string; readonly settings: ConnectorConfig['settings'] },
  ) => Promise<void>
}

/**
 * The leader's part in exactly-once sources: no task of a connector starts before those of former generations can write nothing any more. One round at a time for
 * each connector; whoever asks meanwhile waits for its outcome.
 */
export class ZombieFencing {
  readonly #options: ZombieFencingOptions
  readonly #rounds = new Map<string, Promise<void>>()

  constructor(options: ZombieFencingOptions) {
    this.#options = options
  }

  /**
   * Resolves when tasks of the generation may start. Rejects where tasks were divided anew since (`generation` given or not), where the connector is gone, and with
   * the KafkaError where producers can't be fenced: try again, the tasks may not start before.
   */
  fenceBefore(connector: string, generation?: number): Promise<void> {
    const running = this.#rounds.get(connector)
    const round = (running ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#fence(connector, generation))
    this.#rounds.set(connector, round)
    return round.finally(() => {
      if (this.#rounds.get(connector) === round) this.#rounds.delete(connector)
    })
  }

  async #fence(connector: string, generation: number | undefined): Promise<void> {
    const { refresh, putTaskCount, fenceProducers, groupId } = this.#options
    await refresh()
    const config = this.#configOf(connector, generation)
    const need = fencingNeed(config)
    if (need === 'nothing') return
    if (need !== 'note') {
      const ids = Array.from({ length: need.fence }, (_, task) => `${groupId}-${connector}-${task}`)
      await fenceProducers(ids, { connector, settings: config.settings })
      await refresh()
    }
    // Only if the tasks are still the same may it be said that all before them are fenced.
    const { taskCount } = this.#configOf(connector, config.taskGeneration)
    await putTaskCount(connector, taskCount)
  }

  #configOf(connector: string, generation: number | undefined): ConnectorConfig {
    const config = this.#options.state().connectors.get(connector)
    if (config === undefined) throw new Error(`Connector ${connector} not found.`)
    if (generation !== undefined && config.taskGeneration !== generation) {
      throw new Error(
        `The tasks of ${connector} were divided anew while producers of former ones were fenced; those of the new ones are fenced before they start.`,
      )
    }
    return config
  }
}
