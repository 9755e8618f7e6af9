import type { DefinitionKind } from '@sluice/template'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'

/** The kinds that Kafka Connect's REST API tells apart. */
export type PluginType = 'sink' | 'source' | 'transformation' | 'predicate' | 'converter' | 'header_converter'

const kinds: Readonly<Record<PluginType, DefinitionKind>> = {
  sink: 'sink',
  source: 'source',
  transformation: 'transform',
  predicate: 'predicate',
  converter: 'converter',
  header_converter: 'converter',
}

/** All of a type. A converter takes any role, so that it is of both types, but for the one that is for headers only. */
export function pluginsOfType(registry: PluginRegistry, type: PluginType): readonly Plugin[] {
  const found = registry.list().filter(({ kind }) => kind === kinds[type])
  if (type !== 'converter') return found
  return found.filter(({ definition }) => !definition.name.endsWith('SimpleHeaderConverter'))
}

/** Their names, sorted. */
export function pluginNames(registry: PluginRegistry, type: PluginType): readonly string[] {
  return pluginsOfType(registry, type)
    .map(({ definition }) => definition.name)
    .toSorted()
}
