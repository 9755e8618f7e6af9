import { definitionKind } from '@sluice/template'
import { builtInPlugins } from '../plugins/built-in.ts'
import { pluginPathContent } from '../plugins/discover.ts'
import { loadPlugins } from '../plugins/load.ts'
import { createRegistry, type PluginRegistry, pluginOf } from '../plugins/registry.ts'
import type { WorkerEventLog } from '../telemetry/worker-events.ts'

export interface RegistryOptions {
  /** Definitions, and specifiers of modules. */
  readonly given: readonly unknown[]
  readonly pluginPath: readonly string[]
  /** Folder that names and paths are resolved from. */
  readonly base: string
  readonly events: Pick<WorkerEventLog, 'settingWarning' | 'pluginShadowed'>
}

/** Loads everything that the worker will ever know. Of two plug-ins of one name the first is kept: built in, given, on `plugin.path`. */
export async function openRegistry({
  given,
  pluginPath,
  base,
  events,
}: RegistryOptions): Promise<PluginRegistry> {
  const path = await pluginPathContent(pluginPath, base)
  for (const warning of path.warnings) events.settingWarning(warning)
  const isDefinition = (one: unknown): boolean => definitionKind(one) !== undefined
  const objects = given.filter(isDefinition).map(pluginOf)
  const specifiers = given.filter((one) => !isDefinition(one)).map(String)
  const loaded = await loadPlugins([...specifiers, ...path.specifiers], base)

  const registry = createRegistry(builtInPlugins)
  for (const plugin of [...objects, ...loaded]) {
    const kept = registry.add(plugin)
    if (kept !== undefined && kept.definition !== plugin.definition) {
      events.pluginShadowed(plugin.definition.name, kept.from, plugin.from)
    }
  }
  return registry
}
