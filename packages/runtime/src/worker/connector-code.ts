import {
  type ConfigFields,
  type Issue,
  type Json,
  type Logger,
  type Metrics,
  parseConfig,
  type SourceDefinition,
  wireName,
} from '@sluice/template'
import { exactlyOnceIssues } from '../source/exactly-once/exactly-once-settings.ts'
import { ConfigError } from '../task/config-error.ts'
import { sourceFields } from '../task/settings.ts'
import type { Settings } from '../config/settings.ts'
import type { Plugin } from '../plugins/registry.ts'

/** Is there code of the connector that has a say in whether it may start with these settings? */
export function hasCheck({ kind, definition }: Plugin, settings: Settings): boolean {
  return definition.check !== undefined || (kind === 'source' && asksForTransactions(settings))
}

function asksForTransactions(settings: Settings): boolean {
  const { exactlyOnceSupport, transactionBoundary } = readTransactionSettings(settings)
  return exactlyOnceSupport === 'required' || transactionBoundary === 'connector'
}

function readTransactionSettings(settings: Settings) {
  const { exactlyOnceSupport, transactionBoundary } = sourceFields
  const { config } = parseConfig({ exactlyOnceSupport, transactionBoundary }, settings)
  // wrong values are told of elsewhere
  return config ?? { exactlyOnceSupport: 'requested' as const, transactionBoundary: 'poll' as const }
}

/**
 * Calls of a connector's code outside its tasks. They run wherever a TaskHost puts them; the same functions serve all of them.
 */
export async function runCheck(
  plugin: Plugin,
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly Issue[]> {
  const fields: ConfigFields = plugin.definition.config
  const { config, issues } = parseConfig(fields, settings)
  if (config === undefined) return issues
  const { definition } = plugin as unknown as { readonly definition: SourceDefinition }
  const transactions =
    plugin.kind === 'source' ? exactlyOnceIssues(definition, config, readTransactionSettings(settings)) : []
  const found = (await plugin.definition.check?.(config, { signal })) ?? []
  return [...transactions, ...found].map((issue) => ({ ...issue, field: wireNameOf(fields, issue.field) }))
}

export interface SplitCall {
  readonly plugin: Plugin
  readonly settings: Settings
  readonly maxTasks: number
  readonly signal: AbortSignal
  readonly log: Logger
  readonly metrics: Metrics
  readonly resplit: () => void
}

/** A sink, and a source that doesn't divide its work, get tasks whose slice is null: a sink as many as allowed, a source one. */
export async function runSplit(call: SplitCall): Promise<readonly Json[]> {
  const { plugin, maxTasks } = call
  if (plugin.kind === 'sink') return Array.from({ length: maxTasks }, () => null)
  const definition = plugin.definition as unknown as SourceDefinition
  if (definition.split === undefined) return [null]
  const { config, issues } = parseConfig(definition.config, call.settings)
  if (config === undefined) throw new ConfigError(issues)
  return definition.split({
    config,
    maxTasks,
    signal: call.signal,
    log: call.log,
    metrics: call.metrics,
    resplit: call.resplit,
  })
}

/** `check` speaks of properties, everyone else of keys. */
function wireNameOf(fields: ConfigFields, property: string): string {
  const field = Object.hasOwn(fields, property) ? fields[property] : undefined
  if (field === undefined) return property
  return field.kind === 'field' ? wireName(property, field) : field.prefix
}
