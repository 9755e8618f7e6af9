import { type ConfigProvider, type ConfigProviderDefinition, type Issue, parseConfig } from '@sluice/template'
import { workerFields } from '../config/worker-fields.ts'
import type { Settings } from '../config/settings.ts'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { ConfigError } from '../task/config-error.ts'
import { unboundedWarning } from './built-in/built-in-providers.ts'

export interface OpenedProviders {
  /** By the names that references give them. */
  readonly providers: ReadonlyMap<string, ConfigProvider>
  /** Sentences for the log. */
  readonly warnings: readonly string[]
}

/**
 * Opens the providers that a worker's `config.providers` names, each with its `config.providers.<name>.param.*`. A provider without
 * `.class` is the one that is loaded under its name. Rejects with a ConfigError that has every issue, and leaves none open then.
 */
export async function openProviders(
  settings: Settings,
  registry: Pick<PluginRegistry, 'get'>,
): Promise<OpenedProviders> {
  const { configProviders, configProvider } = workerFields
  const { config } = parseConfig({ configProviders, configProvider }, settings)
  const names = [...new Set(config?.configProviders.filter((name) => name !== ''))]
  const all = new Map(Object.entries(config?.configProvider ?? {}))
  const wanted = names.map((name) => readProvider(name, all, registry))
  const issues = wanted.flatMap((one) => one.issues)
  if (issues.length > 0) throw new ConfigError(issues)
  const opened = await Promise.allSettled(wanted.map((one) => one.open()))
  const failed = opened.flatMap((one, index) =>
    one.status === 'rejected'
      ? [{ field: `config.providers.${names[index]}`, message: whyNot(one.reason) }]
      : [],
  )
  const providers = new Map(
    opened.flatMap((one, index) => (one.status === 'fulfilled' ? [[names[index]!, one.value] as const] : [])),
  )
  if (failed.length > 0) {
    await Promise.allSettled([...providers.values()].map(async (one) => one.close?.()))
    throw new ConfigError(failed)
  }
  return {
    providers,
    warnings: [...wanted.flatMap((one) => one.warnings), ...strayWarnings(names, all)],
  }
}

const prefix = 'config.providers.'

interface WantedProvider {
  readonly issues: readonly Issue[]
  readonly warnings: readonly string[]
  open(): Promise<ConfigProvider>
}

/** `all`: what is under `config.providers.`, for all of them. */
function readProvider(name: string, all: Settings, registry: Pick<PluginRegistry, 'get'>): WantedProvider {
  const start = `${prefix}${name}.`
  const nothing = { warnings: [], open: () => Promise.reject(new Error('It has issues.')) }
  let plugin: Plugin
  try {
    plugin = registry.get('config-provider', all.get(`${name}.class`)?.trim() || name)
  } catch (error) {
    return {
      ...nothing,
      issues: [{ field: `${start}class`, message: `is not usable. ${(error as Error).message}` }],
    }
  }
  const definition = plugin.definition as unknown as ConfigProviderDefinition
  const paramStart = `${start}param.`
  const ownStart = `${name}.param.`
  const params = new Map(
    [...all]
      .filter(([key]) => key.startsWith(ownStart))
      .map(([key, value]) => [key.slice(ownStart.length), value]),
  )
  const { config, issues, unclaimed } = parseConfig(definition.config, params)
  const named = issues.map(({ field, message }) => ({ field: paramStart + field, message }))
  if (config === undefined || named.length > 0) return { ...nothing, issues: named }
  const unbounded = unboundedWarning(definition, params)
  const warnings = [
    ...unclaimed.map(
      (key) => `${paramStart}${key} is no parameter of ${definition.name}; is it spelled right?`,
    ),
    ...(unbounded === undefined ? [] : [`${paramStart}${unbounded}`]),
  ]
  return { issues: [], warnings, open: async () => definition.open({ config }) }
}

/** Parameters of providers that config.providers doesn't name do nothing. */
function strayWarnings(names: readonly string[], all: Settings): readonly string[] {
  return [...all.keys()]
    .filter((key) => !names.some((name) => key.startsWith(`${name}.`)))
    .map((key) => `${prefix}${key} does nothing: config.providers does not name that provider.`)
}

function whyNot(error: unknown): string {
  return `could not be opened: ${error instanceof Error ? error.message : String(error)}`
}
