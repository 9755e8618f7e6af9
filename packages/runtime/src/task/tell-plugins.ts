import type { Converters } from '../converters/open-converters.ts'
import type { TransformChain } from '../transforms/chain.ts'
import type { TaskOptions } from './task.ts'

/** Says among a task's figures which converters, transforms and predicates it uses, as its settings name them. All of them are known to exist. */
export function tellPlugins(
  { metrics, plugins, settings }: Pick<TaskOptions, 'metrics' | 'plugins' | 'settings'>,
  used: {
    readonly converters: Converters
    readonly chain: TransformChain
    readonly predicates: readonly string[]
  },
): void {
  const versionOf = (kind: 'converter' | 'transform' | 'predicate', name: string): string =>
    (plugins.find(kind, name) as { readonly version: string }).version
  for (const role of ['key', 'value', 'header'] as const) {
    const name = used.converters.names[role]
    metrics.text(`${role}-converter-class`, name)
    metrics.text(`${role}-converter-version`, versionOf('converter', name))
  }
  for (const { name, type } of used.chain.transforms) {
    const figures = metrics.of('connector-transform', { transform: name })
    figures.text('transform-class', type)
    figures.text('transform-version', versionOf('transform', type))
  }
  for (const name of used.predicates) {
    const type = settings.get(`predicates.${name}.type`)?.trim() ?? ''
    const figures = metrics.of('connector-predicate', { predicate: name })
    figures.text('predicate-class', type)
    figures.text('predicate-version', versionOf('predicate', type))
  }
}
