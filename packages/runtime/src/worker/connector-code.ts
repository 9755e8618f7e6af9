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
import { withReferences } from '../providers/slice-references.ts'
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

/** A call of a connector's code outside its tasks. It runs wherever a TaskHost puts it; the same functions serve all of them. */
export interface CodeCall {
  readonly plugin: Plugin
  /** As they were given. */
  readonly settings: Settings
  /** The same with values in place of references to config providers. */
  readonly resolve: () => Promise<Settings>
  readonly signal: AbortSignal
}

export async function runCheck({ plugin, resolve, signal }: CodeCall): Promise<readonly Issue[]> {
  const fields: ConfigFields = plugin.definition.config
  const settings = await resolve()
  const { config, issues } = parseConfig(fields, settings)
  if (config === undefined) return issues
  const { definition } = plugin as unknown as { readonly definition: SourceDefinition }
  const transactions =
    plugin.kind === 'source' ? exactlyOnceIssues(definition, config, readTransactionSettings(settings)) : []
  const found = (await plugin.definition.check?.(config, { signal })) ?? []
  return [...transactions, ...found].map((issue) => ({ ...issue, field: wireNameOf(fields, issue.field) }))
}

export interface SplitCall extends CodeCall {
  readonly maxTasks: number
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
  const settings = await call.resolve()
  const { config, issues } = parseConfig(definition.config, settings)
  if (config === undefined) throw new ConfigError(issues)
  const slices = await definition.split({
    config,
    maxTasks,
    signal: call.signal,
    log: call.log,
    metrics: call.metrics,
    resplit: call.resplit,
  })
  return slices.map((slice) => withReferences(slice, call.settings, settings))
}

/** `check` speaks of properties, everyone else of keys. */
function wireNameOf(fields: ConfigFields, property: string): string {
  const field = Object.hasOwn(fields, property) ? fields[property] : undefined
  if (field === undefined) return property
  return field.kind === 'field' ? wireName(property, field) : field.prefix
}
