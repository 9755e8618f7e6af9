import type { Issue } from '@sluice/template'
import { type ReadConnectorConfig, readConnectorConfig } from '../config/connector-config.ts'
import type { OverridePolicy } from '../config/override-policy.ts'
import type { Settings } from '../config/settings.ts'
import { type Plugin, type PluginRegistry, pluginOf } from '../plugins/registry.ts'
import { ConfigError } from '../task/config-error.ts'
import { Checks, type ChecksOptions } from './checks.ts'
import type { ConnectorPlan } from './connector-plan.ts'
import type { ExternalValues } from '../providers/external-values.ts'
import { literalSecretsWarning } from '../providers/literal-secrets.ts'
import { type Known, restoreSecrets } from './masked-secrets.ts'
import type { TaskHost } from './task-host.ts'
import { connectorSettingsOf } from './typed-settings.ts'

export interface PlannerOptions extends ChecksOptions {
  readonly registry: PluginRegistry
  readonly host: Pick<TaskHost, 'check' | 'refusal'>
  readonly policy: OverridePolicy
  /** Do sources of this worker deliver exactly once (`exactly.once.source.support=enabled`)? */
  readonly exactlyOnce: boolean
  readonly values: Pick<ExternalValues, 'isReference' | 'lookUp' | 'redactor'>
  /** What a connector has now: secrets that are put back masked are restored from it. */
  readonly known: (connector: string) => Known | undefined
}

const requestPatienceMs = 700

/** Makes a plan of the settings that a connector is given, or says what is wrong with them: the same for every kind of worker. */
export class Planner {
  readonly #options: PlannerOptions
  readonly #checks: Checks
  /** Connectors whose literal passwords were spoken of. */
  readonly #warned = new Set<string>()

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

  /**
   * Reads the settings, without a call to the connector's code. The plan has them as they were given; what was read has the values of config
   * providers. Rejects with a ConfigError with all issues; with `atStart` a provider that gives no answer just now is a warning instead.
   */
  async plan(
    given: Settings,
    { atStart = false }: { readonly atStart?: boolean } = {},
  ): Promise<{ readonly plan: ConnectorPlan; readonly warnings: readonly string[] }> {
    const { settings, issues: masked } = this.#restored(given)
    const { config, plugin, issues, warnings } = await this.#read(settings)
    const refusal = plugin && this.#refusal(plugin)
    if (refusal !== undefined) throw new ConfigError([refusal])
    const all = [...masked, ...issues]
    const lasting = all.filter(({ mayPass = false }) => !(mayPass && atStart))
    if (config === undefined || plugin === undefined || lasting.length > 0) throw new ConfigError(all)
    const passing = all.map(({ field, message }) => `${field} ${message}.`)
    const literal = this.#literalSecrets(plugin, settings)
    return { plan: { settings, config, plugin }, warnings: [...warnings, ...passing, ...literal] }
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
    const { plugin, issues } = await this.#read(settings)
    const refusal = plugin && this.#refusal(plugin)
    const all = [...masked, ...issues, ...(refusal ? [refusal] : [])]
    if (plugin === undefined || all.length > 0) return all
    return this.#checks.run(plugin, settings)
  }

  /** As the settings are with the values of config providers, of which nothing is in the issues. */
  async #read(settings: Settings): Promise<ReadConnectorConfig> {
    const { values } = this.#options
    const found = await values.lookUp(settings.get('name') ?? '', settings)
    const read = readConnectorConfig(found.settings, this.#options)
    const missing = new Set(found.issues.map(({ field }) => field))
    // what stands where a value is missing can't be judged
    const issues = [...found.issues, ...read.issues.filter(({ field }) => !missing.has(field))]
    return {
      ...read,
      issues: issues.map((issue) => ({ ...issue, message: values.redactor.text(issue.message) })),
      warnings: read.warnings.map((warning) => values.redactor.text(warning)),
    }
  }

  /** Once for a connector. */
  #literalSecrets({ definition }: Plugin, settings: Settings): readonly string[] {
    const name = settings.get('name') ?? ''
    const { values } = this.#options
    const warning = literalSecretsWarning(definition.config, settings, (text) => values.isReference(text))
    if (warning === undefined || this.#warned.has(name)) return []
    this.#warned.add(name)
    return [warning]
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
