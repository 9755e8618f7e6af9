import { type ConfigFields, type ConverterDefinition, parseConfig } from '@sluice/template'
import { fakeSinkContext, fakeSourceContext, memoryLogger } from '@sluice/testkit'
import {
  avroConverter,
  jsonSchemaConverter,
  protobufConverter,
} from '../../packages/converter-schema-registry/src/index.ts'
import { readConnectorConfig } from '../../packages/runtime/src/config/connector-config.ts'
import { readWorkerConfig } from '../../packages/runtime/src/config/worker-config.ts'
import { jsonConverter } from '../../packages/runtime/src/converters/json/json-converter.ts'
import { createRegistry, pluginOf } from '../../packages/runtime/src/plugins/registry.ts'
import { ConfigError } from '../../packages/runtime/src/task/config-error.ts'
import { runCheck } from '../../packages/runtime/src/worker/connector-code.ts'
import { elasticsearchSinkConnector } from '../../packages/sink-elasticsearch/src/index.ts'
import { hdfsSinkConnector } from '../../packages/sink-hdfs/src/index.ts'
import { jdbcSource } from '../../packages/source-postgres/src/index.ts'

type Settings = Readonly<Record<string, string>>

/** What a setting really brings about: complaints that refuse it, and warnings in the log. */
export interface Effect {
  readonly refusals: readonly string[]
  readonly warnings: readonly string[]
}

/** A worker is given the settings, as at its start. */
export function workerEffect(settings: Settings): Effect {
  const given = new Map(Object.entries({ 'bootstrap.servers': 'a:1', ...settings }))
  try {
    return { refusals: [], warnings: readWorkerConfig(given).warnings }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { refusals: error.issues.map(({ field, message }) => `${field} ${message}`), warnings: [] }
  }
}

/** Ports where nothing listens, so that what is asked of a server fails at once. */
const connectors = {
  jdbc: {
    definition: jdbcSource,
    base: {
      'connection.url': 'jdbc:postgresql://127.0.0.1:9/shop',
      mode: 'bulk',
      'topic.prefix': 't-',
      'connection.backoff.ms': '0',
    },
  },
  elasticsearch: {
    definition: elasticsearchSinkConnector,
    base: { topics: 't', 'connection.url': 'http://127.0.0.1:9', 'connection.timeout.ms': '200' },
  },
  hdfs: {
    definition: hdfsSinkConnector,
    base: {
      topics: 't',
      'store.url': 'hdfs://127.0.0.1:9',
      'flush.size': '1000',
      'format.class': 'io.confluent.connect.hdfs.json.JsonFormat',
      'webhdfs.url': 'http://127.0.0.1:9',
    },
  },
} as const

export type ConnectorKind = keyof typeof connectors

const registry = createRegistry(Object.values(connectors).map(({ definition }) => pluginOf(definition)))

/** A connector is made of the settings: read by the worker, checked and opened by the connector. */
export async function connectorEffect(kind: ConnectorKind, settings: Settings): Promise<Effect> {
  const { definition, base } = connectors[kind]
  const given = new Map(
    Object.entries({ name: 'a', 'connector.class': definition.name, ...base, ...settings }),
  )
  const read = readConnectorConfig(given, {
    registry,
    policy: { policy: 'All', allowlist: [] },
    exactlyOnce: true,
  })
  const call = { settings: given, signal: AbortSignal.timeout(5_000), resolve: async () => given }
  const found = read.plugin ? await runCheck({ plugin: read.plugin, ...call }) : []
  const refusals = [...read.issues, ...found].map(({ field, message }) => `${field} ${message}`)
  const opened = read.issues.length > 0 ? [] : await warningsAtOpen(kind, given)
  return { refusals, warnings: [...read.warnings, ...opened] }
}

async function warningsAtOpen(kind: ConnectorKind, given: ReadonlyMap<string, string>): Promise<string[]> {
  const { config } = parseConfig(connectors[kind].definition.config as ConfigFields, given)
  const log = memoryLogger()
  try {
    const task = await open(kind, config, log)
    await task.close?.()
  } catch {
    // a refused setting keeps the task from opening; refusals are looked at elsewhere
  }
  return log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)
}

async function open(kind: ConnectorKind, config: unknown, log: ReturnType<typeof memoryLogger>) {
  if (kind === 'jdbc') {
    const { parseOffset } = jdbcSource
    const context = { ...fakeSourceContext({ config, slice: { tables: [] }, parseOffset }), log }
    return jdbcSource.open(context as Parameters<typeof jdbcSource.open>[0])
  }
  const context = { ...fakeSinkContext(config), log }
  return kind === 'hdfs'
    ? hdfsSinkConnector.open(context as Parameters<typeof hdfsSinkConnector.open>[0])
    : elasticsearchSinkConnector.open(context as Parameters<typeof elasticsearchSinkConnector.open>[0])
}

const converters = {
  json: jsonConverter,
  avro: avroConverter,
  jsonSchema: jsonSchemaConverter,
  protobuf: protobufConverter,
} as const

export type ConverterKind = keyof typeof converters

/** A converter is opened with the settings, as for a task. Nothing is asked of a registry then. */
export function converterEffect(kind: ConverterKind, settings: Settings): Effect {
  const definition = converters[kind] as unknown as ConverterDefinition
  const given = new Map(Object.entries({ 'schema.registry.url': 'http://127.0.0.1:9', ...settings }))
  const { config, issues } = parseConfig(definition.config, given)
  const log = memoryLogger()
  if (config) void definition.open({ config, role: 'value', log }).close?.()
  return {
    refusals: issues.map(({ field, message }) => `${field} ${message}`),
    warnings: log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message),
  }
}
