import { type Logger, parseConfig } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { workerFields } from '../config/worker-fields.ts'
import { openRegistry } from '../worker/open-registry.ts'
import { ConnectorPath } from './connector-path.ts'

export interface OpenPathsOptions {
  /** `plugin.path`, and converters where a connector names none. */
  readonly worker: Settings
  /** Modules, beside those on `plugin.path`. */
  readonly plugins: readonly string[]
  /** Folder that names and paths are resolved from. */
  readonly base: string
  readonly log: Logger
}

/** Loads plug-ins as a worker with these settings does. What it returns opens the path of a connector, or throws a ConfigError. */
export async function openPaths(options: OpenPathsOptions): Promise<(connector: Settings) => ConnectorPath> {
  const { worker, plugins: given, base, log } = options
  const { pluginPath } = workerFields
  const { config } = parseConfig({ pluginPath }, worker)
  const warn = (text: string): void => log.warn({}, text)
  const registry = await openRegistry({
    given,
    pluginPath: config?.pluginPath ?? [],
    base,
    events: {
      settingWarning: warn,
      pluginShadowed: (name, kept, from) =>
        warn(`The plug-in ${name} of ${from} is left out for that of ${kept}.`),
    },
  })
  return (settings) => new ConnectorPath({ settings, worker, plugins: registry, log })
}
