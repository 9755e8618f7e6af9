import { type ConfigFields, string } from '@sluice/template'
import { connectorFields } from '../config/connector-fields.ts'
import type { Settings } from '../config/settings.ts'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { sinkFields, sourceFields } from '../task/settings.ts'
import { type NamedField, namedFields, type Shown } from './named-fields.ts'

/** What every connector of the kind may set, as Kafka Connect's forms show it. */
export function frameworkKeys(plugin: Plugin): readonly NamedField[] {
  const fields = plugin.kind === 'sink' ? sinkFields : sourceFields
  const version = plugin.definition.version
  return [
    ...namedFields({ ...connectorFields, ...fields }).map((one) => ({
      ...one,
      shown: shownAs[one.name] ?? {},
    })),
    ...namedFields(versionFields).map((one) => ({
      ...one,
      shown: { ...shownAs[one.name], default_value: one.name.startsWith('connector') ? version : null },
    })),
  ]
}

/** Which defaults a connector has here: converters are the worker's, and versions those that are installed. */
export function frameworkDefaults(
  settings: Settings,
  { worker, registry }: { readonly worker: Settings; readonly registry: PluginRegistry },
): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>()
  for (const [role, fallback] of Object.entries(converters)) {
    const ofWorker = worker.get(role) ?? fallback
    defaults.set(role, ofWorker)
    const version = versionOf(registry, settings.get(role) ?? ofWorker)
    if (version !== undefined) defaults.set(`${role}.plugin.version`, version)
  }
  return defaults
}

const converters = {
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'header.converter': 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
}

function versionOf(registry: PluginRegistry, converter: string): string | undefined {
  try {
    return registry.get('converter', converter.trim()).definition.version
  } catch {
    return undefined
  }
}

const one = 'does nothing: the version is the one that is installed'
const version = (of: string) => string({ group: 'Common', doc: `Version of ${of}; ${one}.`, optional: true })
const versionFields: ConfigFields = {
  connectorPluginVersion: version('the connector'),
  keyConverterPluginVersion: version('the converter of keys'),
  valueConverterPluginVersion: version('the converter of values'),
  headerConverterPluginVersion: version('the converter of headers'),
}

const common = (order: number, width: Shown['width'] & string, display: string, more: Shown = {}): Shown => ({
  group: 'Common',
  order,
  width,
  display_name: display,
  ...more,
})
const errors = (order: number, width: Shown['width'] & string, display: string): Shown => ({
  order,
  width,
  display_name: display,
  importance: 'MEDIUM',
})

/** Order, width, name and importance as ConnectorConfig, SinkConnectorConfig and SourceConnectorConfig of Kafka Connect have them. */
const shownAs: Readonly<Record<string, Shown>> = {
  name: common(1, 'MEDIUM', 'Connector name'),
  'connector.class': common(2, 'LONG', 'Connector class', { type: 'STRING' }),
  'connector.plugin.version': common(3, 'MEDIUM', 'Connector version', { importance: 'MEDIUM' }),
  'tasks.max': common(4, 'SHORT', 'Tasks max'),
  'tasks.max.enforce': common(5, 'SHORT', 'Enforce tasks max'),
  'key.converter': common(6, 'SHORT', 'Key converter class'),
  'key.converter.plugin.version': common(7, 'SHORT', 'Key converter version'),
  'value.converter': common(8, 'SHORT', 'Value converter class'),
  'value.converter.plugin.version': common(9, 'SHORT', 'Value converter version'),
  'header.converter': common(10, 'SHORT', 'Header converter class'),
  'header.converter.plugin.version': common(11, 'SHORT', 'Header converter version'),
  transforms: { order: 12, width: 'LONG', display_name: 'Transforms' },
  predicates: { order: 13, width: 'LONG', display_name: 'Predicates' },
  'config.action.reload': common(14, 'MEDIUM', 'Reload Action'),
  'errors.retry.timeout': errors(1, 'MEDIUM', 'Retry Timeout for Errors'),
  'errors.retry.delay.max.ms': errors(2, 'MEDIUM', 'Maximum Delay Between Retries for Errors'),
  'errors.tolerance': errors(3, 'SHORT', 'Error Tolerance'),
  'errors.log.enable': errors(4, 'SHORT', 'Log Errors'),
  'errors.log.include.messages': errors(5, 'SHORT', 'Log Error Details'),
  'errors.deadletterqueue.topic.name': errors(6, 'MEDIUM', 'Dead Letter Queue Topic Name'),
  'errors.deadletterqueue.topic.replication.factor': {
    ...errors(7, 'MEDIUM', 'Dead Letter Queue Topic Replication Factor'),
    type: 'SHORT',
  },
  'errors.deadletterqueue.context.headers.enable': errors(8, 'MEDIUM', 'Enable Error Context Headers'),
  topics: common(4, 'LONG', 'Topics', { importance: 'HIGH' }),
  'topics.regex': common(4, 'LONG', 'Topics regex', { importance: 'HIGH', default_value: '' }),
  'topic.creation.groups': { order: 1, width: 'LONG', display_name: 'Topic Creation Groups' },
  'exactly.once.support': {
    order: 2,
    width: 'SHORT',
    display_name: 'Exactly once support',
    importance: 'MEDIUM',
  },
  'transaction.boundary': {
    order: 3,
    width: 'SHORT',
    display_name: 'Transaction Boundary',
    importance: 'MEDIUM',
  },
  'transaction.boundary.interval.ms': {
    order: 4,
    width: 'SHORT',
    display_name: 'Transaction boundary interval',
  },
  'offsets.storage.topic': { group: 'offsets.topic', order: 1, width: 'LONG', display_name: 'Offsets topic' },
}
