/** JSON Schema (2020-12), as far as it is needed here. */
export type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string' }
const count: Schema = { type: 'integer', minimum: 0 }

/** An object that has these properties, those in `optional` perhaps, and no others. */
function shape(
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return {
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  }
}

export const ref = (name: keyof typeof schemas): Schema => ({ $ref: `#/components/schemas/${name}` })
export const listOf = (items: Schema): Schema => ({ type: 'array', items })
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values })

const state: Schema = { enum: ['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'RESTARTING', 'STOPPED'] }
const type: Schema = { enum: ['source', 'sink', 'unknown'] }
const taskId = shape({ connector: text, task: count })
const stateView = {
  required: { state, worker_id: text },
  optional: {
    version: text,
    trace: { ...text, description: 'With FAILED: why.' },
    detail: { ...text, description: 'What a running task waits for. Not in Kafka Connect.' },
  },
}
const anything: Schema = { type: 'object' }
const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
const settings: Schema = {
  ...mapOf(text),
  description: 'Settings by their names.',
}

export const schemas = {
  Error: shape({ error_code: { type: 'integer', minimum: 400, maximum: 599 }, message: text }),
  ServerInfo: shape({ version: text, commit: text, kafka_cluster_id: nullable(text) }),
  WorkerStatus: shape({ status: { enum: ['healthy', 'starting', 'unhealthy'] }, message: text }),
  Settings: settings,
  SettingsInput: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean'] },
    description: 'Settings by their names; numbers and booleans are taken as text.',
  },
  SettingsPatch: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    description: 'Settings to change; null takes one away.',
  },
  CreateConnector: shape(
    { name: text, config: { $ref: '#/components/schemas/SettingsInput' } },
    { initial_state: nullable({ enum: ['RUNNING', 'PAUSED', 'STOPPED'] }) },
  ),
  ConnectorInfo: shape({ name: text, config: settings, tasks: listOf(taskId), type }),
  ConnectorState: shape({
    name: text,
    connector: shape(stateView.required, stateView.optional),
    tasks: listOf({ $ref: '#/components/schemas/TaskState' }),
    type,
  }),
  TaskState: shape({ id: count, ...stateView.required }, stateView.optional),
  TaskInfo: shape({ id: taskId, config: settings }),
  Connectors: {
    description: 'Names; with `expand` by name what is asked for.',
    anyOf: [
      listOf(text),
      mapOf(
        shape(
          {},
          {
            status: { $ref: '#/components/schemas/ConnectorState' },
            info: { $ref: '#/components/schemas/ConnectorInfo' },
          },
        ),
      ),
    ],
  },
  Topics: mapOf(shape({ topics: listOf(text) })),
  Offsets: shape({ offsets: listOf(shape({ partition: anything, offset: nullable(anything) })) }),
  OffsetsInput: shape({
    offsets: {
      type: 'array',
      minItems: 1,
      items: shape(
        {
          partition: {
            ...anything,
            description: 'Of a source as it has it; of a sink {"kafka_topic": "t", "kafka_partition": 0}.',
          },
        },
        {
          offset: {
            ...nullable(anything),
            description: 'Of a source as it has it; of a sink {"kafka_offset": 0}. Null forgets it.',
          },
        },
      ),
    },
  }),
  Message: shape({ message: text }),
  Plugin: shape({
    class: text,
    type: { enum: ['sink', 'source', 'transformation', 'predicate', 'converter', 'header_converter'] },
    version: text,
  }),
  ConfigKey: shape({
    name: text,
    type: { enum: ['BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'CLASS', 'PASSWORD'] },
    required: { type: 'boolean' },
    default_value: nullable(text),
    importance: { enum: ['HIGH', 'MEDIUM', 'LOW'] },
    documentation: text,
    group: nullable(text),
    order: { type: 'integer' },
    width: { enum: ['NONE', 'SHORT', 'MEDIUM', 'LONG'] },
    display_name: text,
    dependents: listOf(text),
  }),
  ConfigInfos: shape({
    name: text,
    error_count: count,
    groups: listOf(text),
    configs: listOf(
      shape({
        definition: { $ref: '#/components/schemas/ConfigKey' },
        value: shape({
          name: text,
          value: nullable(text),
          recommended_values: listOf(text),
          errors: listOf(text),
          visible: { type: 'boolean' },
        }),
      }),
    ),
  }),
  LoggerLevel: shape({
    level: { enum: ['ALL', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'] },
    last_modified: nullable({ type: 'integer', description: 'Milliseconds since the epoch.' }),
  }),
} as const satisfies Readonly<Record<string, Schema>>
