import type { Issue } from '@sluice/template'
import { readConnectorConfig } from '../config/connector-config.ts'
import type { OverridePolicy } from '../config/override-policy.ts'
import type { Settings } from '../config/settings.ts'
import { type Plugin, type PluginRegistry, pluginOf } from '../plugins/registry.ts'
import { ConfigError } from '../task/config-error.ts'
import { Checks, type ChecksOptions } from './checks.ts'
import type { ConnectorPlan } from './connector-plan.ts'
import { type Known, restoreSecrets } from './masked-secrets.ts'
import type { TaskHost } from './task-host.ts'
import { connectorSettingsOf } from './typed-settings.ts'

export interface PlannerOptions extends ChecksOptions {
  readonly registry: PluginRegistry
  readonly host: Pick<TaskHost, 'check' | 'refusal'>
  readonly policy: OverridePolicy
  /** Do sources of this worker deliver exactly once (`exactly.once.source.support=enabled`)? */
  readonly exactlyOnce: boolean
  /** What a connector has now: secrets that are put back masked are restored from it. */
  readonly known: (connector: string) => Known | undefined
}

const requestPatienceMs = 700

/** Makes a plan of the settings that a connector is given, or says what is wrong with them: the same for every kind of worker. */
export class Planner {
  readonly #options: PlannerOptions
  readonly #checks: Checks

  constructor(options: PlannerOptions) {
    this.#options = options
    this.#checks = new Checks(options)
  }

  /** The settings that `put` is given, in any of its forms. A definition that is passed is known from then on. */
  settingsOf([first, second]: readonly unknown[]): Settings {
    if (second === undefined) return connectorSettingsOf({}, first as object)
    if (typeof first === 'string') {
      return new Map(connectorSettingsOf({}, second as object)).set('connector.class', first)
    }
    const plugin = this.#registered(first)
    const settings = new Map(connectorSettingsOf(plugin.definition.config, second as object))
    return settings.set('connector.class', plugin.definition.name)
  }

  /** Reads the settings, without a call to the connector's code. Throws a ConfigError with all issues. */
  plan(given: Settings): { readonly plan: ConnectorPlan; readonly warnings: readonly string[] } {
    const { settings, issues: masked } = this.#restored(given)
    const { config, plugin, issues, warnings } = readConnectorConfig(settings, this.#options)
    const refusal = plugin && this.#refusal(plugin)
    if (refusal !== undefined) throw new ConfigError([refusal])
    const all = [...masked, ...issues]
    if (config === undefined || plugin === undefined || all.length > 0) throw new ConfigError(all)
    return { plan: { settings, config, plugin }, warnings }
  }

  /**
   * Rejects with a ConfigError that has what the connector's own check finds in time. A request (`atStart` false) is answered within a second and
   * takes a server that doesn't answer for an issue; what is found later goes to the log.
   */
  async check(
    connector: string,
    plan: ConnectorPlan,
    { atStart }: { readonly atStart: boolean },
  ): Promise<void> {
    const patienceMs = atStart ? this.#options.checkTimeoutMs : requestPatienceMs
    await this.#checks.runFor(connector, plan, { patienceMs, waitedFor: atStart })
  }

  /** `Connectors.validate`. */
  async validate(given: Settings): Promise<readonly Issue[]> {
    const { settings, issues: masked } = this.#restored(given)
    const { plugin, issues } = readConnectorConfig(settings, this.#options)
    const refusal = plugin && this.#refusal(plugin)
    const all = [...masked, ...issues, ...(refusal ? [refusal] : [])]
    if (plugin === undefined || all.length > 0) return all
    return this.#checks.run(plugin, settings)
  }

  #registered(definition: unknown): Plugin {
    const plugin = pluginOf(definition)
    const namesake = this.#options.registry.add(plugin)
    if (namesake !== undefined && namesake.definition !== definition) {
      throw new Error(
        `Another plug-in is loaded under the name ${plugin.definition.name}, from ${namesake.from}.`,
      )
    }
    return plugin
  }

  #refusal(plugin: Plugin): Issue | undefined {
    const message = this.#options.host.refusal(plugin)
    return message === undefined ? undefined : { field: 'connector.class', message }
  }

  /** With the secrets that masked settings of this connector stand for. */
  #restored(given: Settings): ReturnType<typeof restoreSecrets> {
    return restoreSecrets(given, this.#options.known(given.get('name') ?? ''))
  }
}
