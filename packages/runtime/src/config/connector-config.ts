import { type ConfigFields, type Issue, parseConfig } from '@sluice/template'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { notEnabled } from '../source/exactly-once/exactly-once-settings.ts'
import { sinkFields, sourceFields } from '../task/settings.ts'
import { chainIssues } from '../transforms/chain-issues.ts'
import { under } from '../transforms/opening.ts'
import { classify } from './classify.ts'
import { type ConnectorConfig, connectorFields } from './connector-fields.ts'
import { overrideIssues, type OverridePolicy } from './override-policy.ts'
import { connectorSettings, sinkSettings, sourceSettings } from './setting-classes.ts'
import type { Settings } from './settings.ts'

export interface ReadConnectorConfig {
  /** Absent where `connector.class` is missing or unknown. */
  readonly plugin?: Plugin
  /** Absent where one of the herder's own settings is wrong. */
  readonly config?: ConnectorConfig
  /** Every issue that shows without asking the other side, under the key of its setting. */
  readonly issues: readonly Issue[]
  readonly warnings: readonly string[]
}

/** Reads a connector's settings: the framework's, the connector's own, and what is refused, warned about or unknown. Never throws. */
export function readConnectorConfig(
  settings: Settings,
  how: {
    readonly registry: PluginRegistry
    readonly policy: OverridePolicy
    /** Do sources of this worker deliver exactly once? */
    readonly exactlyOnce: boolean
  },
): ReadConnectorConfig {
  const herder = parseConfig(connectorFields, settings)
  const found = findPlugin(settings, how.registry)
  const issues: Issue[] = [...herder.issues, ...found.issues, ...overrideIssues(settings, how.policy)]
  const common = { ...(herder.config && { config: herder.config }) }
  if (found.plugin === undefined) return { ...common, issues, warnings: [] }

  const { plugin } = found
  const framework = parseConfig(plugin.kind === 'sink' ? sinkFields : sourceFields, settings)
  const own = parseConfig(plugin.definition.config as ConfigFields, settings)
  const table = [...connectorSettings, ...(plugin.kind === 'sink' ? sinkSettings : sourceSettings)]
  const verdict = classify(withoutClaimed(settings, own.unclaimed), table)
  issues.push(...framework.issues, ...own.issues, ...verdict.issues, ...topicIssues(plugin, settings))
  if (plugin.kind === 'source' && !how.exactlyOnce) issues.push(...supportIssues(settings))
  issues.push(...converterIssues(settings, how.registry), ...chainIssues(settings, how.registry))
  const deprecated = own.deprecated.map(({ used, instead }) => `${used} is an older name of ${instead}.`)
  const unknown = verdict.unknown.map(
    (key) => `${key} is no setting of ${plugin.definition.name}; is it spelled right?`,
  )
  return {
    ...common,
    plugin,
    issues: distinct(issues),
    warnings: [...verdict.warnings, ...deprecated, ...unknown],
  }
}

/** What the connector's own fields took needs no word from the framework's table. */
function withoutClaimed(settings: Settings, unclaimed: readonly string[]): Settings {
  return new Map(unclaimed.map((key) => [key, settings.get(key)!]))
}

function findPlugin(
  settings: Settings,
  registry: PluginRegistry,
): { readonly plugin?: Plugin; readonly issues: readonly Issue[] } {
  const name = settings.get('connector.class')?.trim()
  if (name === undefined || name === '') return { issues: [] }
  try {
    return { plugin: registry.connector(name), issues: [] }
  } catch (error) {
    return { issues: [{ field: 'connector.class', message: `is not usable. ${(error as Error).message}` }] }
  }
}

/** What is asked for beyond what the worker does. Whether the connector does its part is its check's to say. */
function supportIssues(settings: Settings): readonly Issue[] {
  const asked = settings.get('exactly.once.support')?.trim().toLowerCase()
  return asked === 'required' ? [{ field: 'exactly.once.support', message: notEnabled }] : []
}

/** A converter of the connector's own that isn't there, and what is wrong with its settings. */
function converterIssues(settings: Settings, registry: PluginRegistry): readonly Issue[] {
  return ['key.converter', 'value.converter', 'header.converter'].flatMap((field) => {
    const name = settings.get(field)?.trim()
    if (name === undefined || name === '') return []
    try {
      const { config } = registry.get('converter', name).definition
      const { issues } = parseConfig(config as ConfigFields, under(settings, `${field}.`))
      return issues.map((issue) => ({ ...issue, field: `${field}.${issue.field}` }))
    } catch (error) {
      return [{ field, message: `names "${name}". ${(error as Error).message}` }]
    }
  })
}

/** Exactly one of the two says what a sink reads. */
function topicIssues(plugin: Plugin, settings: Settings): readonly Issue[] {
  if (plugin.kind !== 'sink') return []
  const topics = (settings.get('topics') ?? '').trim()
  const regex = (settings.get('topics.regex') ?? '').trim()
  if (topics !== '' && regex !== '')
    return both('must not be set beside the other; keep one of topics and topics.regex')
  if (topics === '' && regex === '')
    return both('is required, or the other of topics and topics.regex: a sink reads at least one topic')
  if (regex !== '' && !isRegex(regex)) {
    return [{ field: 'topics.regex', message: `is no regular expression: ${regex}` }]
  }
  const deadLetters = (settings.get('errors.deadletterqueue.topic.name') ?? '').trim()
  return deadLetters !== '' && topics.split(',').some((topic) => topic.trim() === deadLetters)
    ? [
        {
          field: 'errors.deadletterqueue.topic.name',
          message: `must not be one of the topics that the sink reads (${deadLetters})`,
        },
      ]
    : []
}

/** As Kafka Connect tells it: at each of the two. */
function both(message: string): readonly Issue[] {
  return ['topics', 'topics.regex'].map((field) => ({ field, message }))
}

function isRegex(text: string): boolean {
  try {
    new RegExp(`^(?:${text})$`).test('')
    return true
  } catch {
    return false
  }
}

function distinct(issues: readonly Issue[]): readonly Issue[] {
  return [...new Map(issues.map((issue) => [`${issue.field} ${issue.message}`, issue])).values()]
}
