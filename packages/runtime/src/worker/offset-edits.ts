import type { Settings } from '../config/settings.ts'
import { messageOf } from '../errors/message-of.ts'
import type { Admin, KafkaReach } from '../kafka/types.ts'
import type { OffsetStore, StoredOffset } from '../offsets/offset-store.ts'
import { clientSettings } from '../task/client-settings.ts'
import { under } from '../transforms/opening.ts'
import { type AlteredOffsets, asksOfOffsets } from './alter-offsets.ts'
import { withOffsetsOf } from './connector-offsets.ts'
import type { ConnectorPlan } from './connector-plan.ts'
import type { ConnectorOffset } from './connectors.ts'
import { RequestError } from './request-error.ts'
import { readSinkOffsets, resetSinkOffsets, sinkChanges, writeSinkOffsets } from './sink-offsets.ts'
import { readSourceOffsets, sourceChanges } from './source-offsets.ts'
import type { HostServices } from './in-process-host.ts'
import type { TaskHost } from './task-host.ts'

export interface OffsetEditsOptions {
  readonly worker: Settings
  readonly reach: KafkaReach
  readonly offsets: OffsetStore
  readonly resolve: HostServices['resolve']
  readonly host: Pick<TaskHost, 'alterOffsets'>
  /** For the connector's own code. */
  readonly alterTimeoutMs: number
}

/** Whoever asks waits, and hears of it where no broker answers. */
const kafkaTimeoutMs = '15000'

/**
 * The offsets of connectors, as an operator sees and sets them over REST (KIP-875): a source's in the worker's store or its own topic, a sink's in its consumer group.
 * Whoever calls sees to it that no task runs where something is changed.
 */
export class OffsetEdits {
  readonly #options: OffsetEditsOptions

  constructor(options: OffsetEditsOptions) {
    this.#options = options
  }

  async read(connector: string, plan: ConnectorPlan): Promise<readonly ConnectorOffset[]> {
    try {
      if (plan.plugin.kind === 'source') {
        return await this.#withStore(connector, plan, (store) => readSourceOffsets(store, connector))
      }
      return await this.#withGroup(connector, plan, readSinkOffsets)
    } catch (cause) {
      const what = plan.plugin.kind === 'source' ? 'offsets for source' : 'consumer group offsets for sink'
      throw failed(`Failed to retrieve ${what} connector ${connector}`, cause)
    }
  }

  /** Resolves with a sentence about what was done. */
  async alter(connector: string, plan: ConnectorPlan, changes: readonly ConnectorOffset[]): Promise<string> {
    if (plan.plugin.kind === 'source') {
      const offsets = sourceChanges(connector, changes)
      const adjusted = await this.#accepted(connector, plan, offsets)
      await this.#store(connector, plan, offsets)
      return done('altered', adjusted)
    }
    const offsets = sinkChanges(changes)
    const adjusted = await this.#accepted(connector, plan, offsets)
    await this.#withGroup(connector, plan, (admin, groupId) =>
      writeSinkOffsets(admin, { connector, groupId }, offsets),
    )
    return done('altered', adjusted)
  }

  async reset(connector: string, plan: ConnectorPlan): Promise<string> {
    const stored = await this.read(connector, plan)
    const cleared = stored.map(({ partition }) => ({ partition, offset: null }))
    if (plan.plugin.kind === 'source') {
      const offsets = sourceChanges(connector, cleared)
      const adjusted = await this.#accepted(connector, plan, offsets)
      await this.#store(connector, plan, offsets)
      return done('reset', adjusted)
    }
    const adjusted = await this.#accepted(connector, plan, sinkChanges(cleared))
    await this.#withGroup(connector, plan, (admin, groupId) =>
      resetSinkOffsets(admin, { connector, groupId }),
    )
    return done('reset', adjusted)
  }

  /** Has the connector's own code accepted them, and adjusted what it keeps outside? */
  async #accepted(connector: string, plan: ConnectorPlan, offsets: AlteredOffsets): Promise<boolean> {
    const { plugin, settings } = plan
    if (!asksOfOffsets(plugin)) return false
    const { host, alterTimeoutMs } = this.#options
    const signal = AbortSignal.timeout(alterTimeoutMs)
    const outcome = await host.alterOffsets({ plugin, settings, offsets, signal }).catch((cause: unknown) => {
      if (!signal.aborted) throw failed(`Failed to modify offsets for connector ${connector}`, cause)
      const message = `Timed out while calling the 'alterOffsets' method for ${plugin.kind} connector ${connector}`
      throw new RequestError(500, message, { cause })
    })
    if (outcome.outcome === 'done') return outcome.adjusted
    throw new RequestError(outcome.mayPass ? 500 : 400, refusal(connector, outcome.reason))
  }

  async #store(connector: string, plan: ConnectorPlan, offsets: readonly StoredOffset[]): Promise<void> {
    if (offsets.length === 0) return
    try {
      await this.#withStore(connector, plan, (store) => store.set(connector, offsets))
    } catch (cause) {
      throw failed(`Failed to modify offsets for source connector ${connector}`, cause)
    }
  }

  async #withStore<T>(
    connector: string,
    plan: ConnectorPlan,
    use: (store: OffsetStore) => Promise<T>,
  ): Promise<T> {
    const settings = await this.#options.resolve({ connector, settings: plan.settings, runs: false })
    return withOffsetsOf(settings, this.#options, use)
  }

  async #withGroup<T>(
    connector: string,
    plan: ConnectorPlan,
    use: (admin: Admin, groupId: string) => Promise<T>,
  ): Promise<T> {
    const { worker, reach, resolve } = this.#options
    const settings = await resolve({ connector, settings: plan.settings, runs: false })
    const { createKafka } = await import('../kafka/create-kafka.ts')
    const own = Object.fromEntries(under(settings, 'admin.override.'))
    const { connection, client } = clientSettings({
      role: 'admin',
      worker,
      overrides: { ...own, 'default.api.timeout.ms': kafkaTimeoutMs },
      defaults: {},
    })
    const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const admin = createKafka({ settings: connection, log: quiet, ...reach }).admin(client)
    try {
      return await use(admin, settings.get('consumer.override.group.id') ?? `connect-${connector}`)
    } finally {
      await admin.close()
    }
  }
}

function refusal(connector: string, reason: string): string {
  return `The offsets of the connector ${connector} are not changed. ${reason}`
}

function failed(what: string, cause: unknown): RequestError {
  return cause instanceof RequestError
    ? cause
    : new RequestError(500, `${what}: ${messageOf(cause)}`, { cause })
}

function done(how: 'altered' | 'reset', adjusted: boolean): string {
  return adjusted
    ? `The offsets for this connector have been ${how} successfully`
    : `The Connect framework-managed offsets for this connector have been ${how} successfully. However, if this connector manages offsets externally, they will need to be manually ${how} in the system that the connector uses.`
}
