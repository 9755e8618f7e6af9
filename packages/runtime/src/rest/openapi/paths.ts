import { listOf, mapOf, ref, type Schema } from './schemas.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** One operation, as far as one differs from another. */
export interface Operation {
  readonly id: string
  readonly summary: string
  readonly tag: 'worker' | 'connectors' | 'offsets' | 'plug-ins' | 'loggers' | 'between workers'
  readonly query?: readonly Query[]
  readonly body?: Schema
  /** By status; undefined: without a body. Failures have their own. */
  readonly answers: Readonly<Record<number, Schema | undefined>>
  /** Of answers that are no JSON. */
  readonly media?: string
}

interface Query {
  readonly name: string
  readonly description: string
  readonly schema: Schema
}

const flag = (name: string, fallback: boolean, description: string): Query => ({
  name,
  description,
  schema: { type: 'boolean', default: fallback },
})

const text: Schema = { type: 'string' }
const none = undefined

const worker = {
  '/': {
    get: {
      id: 'serverInfo',
      summary: 'Version, and the Kafka cluster',
      tag: 'worker',
      answers: { 200: ref('ServerInfo') },
    },
  },
  '/health': {
    get: {
      id: 'health',
      summary: 'Has the worker started, and does it do its work? (KIP-1017)',
      tag: 'worker',
      answers: { 200: ref('WorkerStatus'), 500: ref('WorkerStatus'), 503: ref('WorkerStatus') },
    },
  },
  '/metrics': {
    get: {
      id: 'metrics',
      summary: 'Figures in the format of Prometheus',
      tag: 'worker',
      answers: { 200: text },
      media: 'text/plain',
    },
  },
  '/openapi.json': {
    get: { id: 'openApi', summary: 'This document', tag: 'worker', answers: { 200: { type: 'object' } } },
  },
} as const

const connectors = {
  '/connectors': {
    get: {
      id: 'listConnectors',
      summary: 'Names of the connectors',
      tag: 'connectors',
      query: [
        {
          name: 'expand',
          description: '`info`, `status` or both: shows these of each, by name',
          schema: listOf(text),
        },
      ],
      answers: { 200: ref('Connectors') },
    },
    post: {
      id: 'createConnector',
      summary: 'Creates a connector; 409 where there is one of that name',
      tag: 'connectors',
      body: ref('CreateConnector'),
      answers: { 201: ref('ConnectorInfo') },
    },
  },
  '/connectors/{name}': {
    get: {
      id: 'getConnector',
      summary: 'Settings and tasks',
      tag: 'connectors',
      answers: { 200: ref('ConnectorInfo') },
    },
    delete: {
      id: 'deleteConnector',
      summary: 'Ends the tasks and forgets the connector; offsets stay',
      tag: 'connectors',
      answers: { 204: none },
    },
  },
  '/connectors/{name}/config': {
    get: {
      id: 'getConfig',
      summary: 'The settings as they were put',
      tag: 'connectors',
      answers: { 200: ref('Settings') },
    },
    put: {
      id: 'putConfig',
      summary: 'Creates a connector, or gives it other settings',
      tag: 'connectors',
      body: ref('SettingsInput'),
      answers: { 200: ref('ConnectorInfo'), 201: ref('ConnectorInfo') },
    },
    patch: {
      id: 'patchConfig',
      summary: 'Changes some of the settings (KIP-477)',
      tag: 'connectors',
      body: ref('SettingsPatch'),
      answers: { 200: ref('ConnectorInfo') },
    },
  },
  '/connectors/{name}/status': {
    get: {
      id: 'getStatus',
      summary: 'States of the connector and its tasks',
      tag: 'connectors',
      answers: { 200: ref('ConnectorState') },
    },
  },
  '/connectors/{name}/pause': {
    put: {
      id: 'pause',
      summary: 'Lets the tasks rest, and keep what they hold',
      tag: 'connectors',
      answers: { 202: none },
    },
  },
  '/connectors/{name}/resume': {
    put: {
      id: 'resume',
      summary: 'Goes on, after a pause or a stop',
      tag: 'connectors',
      answers: { 202: none },
    },
  },
  '/connectors/{name}/stop': {
    put: {
      id: 'stop',
      summary: 'Ends the tasks, and keeps the connector',
      tag: 'connectors',
      answers: { 204: none },
    },
  },
  '/connectors/{name}/restart': {
    post: {
      id: 'restart',
      summary: 'Restarts the connector, and tasks if asked for (KIP-745)',
      tag: 'connectors',
      query: [
        flag('includeTasks', false, 'the tasks too'),
        flag('onlyFailed', false, 'only what has failed'),
      ],
      answers: { 202: ref('ConnectorState'), 204: none },
    },
  },
  '/connectors/{name}/tasks': {
    get: {
      id: 'getTasks',
      summary: 'Settings of the tasks',
      tag: 'connectors',
      answers: { 200: listOf(ref('TaskInfo')) },
    },
    post: {
      id: 'putTaskConfigs',
      summary: 'What a connector was divided into; signed by a worker of the cluster (KIP-507)',
      tag: 'between workers',
      body: listOf(ref('SettingsInput')),
      answers: { 204: none },
    },
  },
  '/connectors/{name}/fence': {
    put: {
      id: 'fence',
      summary: 'Fences producers of former tasks; signed by a worker of the cluster (KIP-618)',
      tag: 'between workers',
      answers: { 200: none },
    },
  },
  '/connectors/{name}/tasks/{task}/status': {
    get: {
      id: 'getTaskStatus',
      summary: 'State of a task',
      tag: 'connectors',
      answers: { 200: ref('TaskState') },
    },
  },
  '/connectors/{name}/tasks/{task}/restart': {
    post: { id: 'restartTask', summary: 'Restarts a task', tag: 'connectors', answers: { 204: none } },
  },
  '/connectors/{name}/topics': {
    get: {
      id: 'getTopics',
      summary: 'Topics that the tasks have used (KIP-558)',
      tag: 'connectors',
      answers: { 200: ref('Topics') },
    },
  },
  '/connectors/{name}/topics/reset': {
    put: { id: 'resetTopics', summary: 'Forgets those topics', tag: 'connectors', answers: { 202: none } },
  },
} as const

const offsets = {
  '/connectors/{name}/offsets': {
    get: {
      id: 'getOffsets',
      summary: 'Where the connector stands (KIP-875)',
      tag: 'offsets',
      answers: { 200: ref('Offsets') },
    },
    patch: {
      id: 'alterOffsets',
      summary: 'Sets offsets of a stopped connector',
      tag: 'offsets',
      body: ref('OffsetsInput'),
      answers: { 200: ref('Message') },
    },
    delete: {
      id: 'resetOffsets',
      summary: 'Forgets all offsets of a stopped connector',
      tag: 'offsets',
      answers: { 200: ref('Message') },
    },
  },
} as const

const plugins = {
  '/connector-plugins': {
    get: {
      id: 'listPlugins',
      summary: 'What is installed',
      tag: 'plug-ins',
      query: [flag('connectorsOnly', true, 'only sources and sinks')],
      answers: { 200: listOf(ref('Plugin')) },
    },
  },
  '/connector-plugins/{plugin}/config': {
    get: {
      id: 'getPluginConfig',
      summary: 'The settings that a plug-in takes',
      tag: 'plug-ins',
      query: [
        {
          name: 'version',
          description: 'a version or a range of versions (KIP-891)',
          schema: { ...text, default: 'latest' },
        },
      ],
      answers: { 200: listOf(ref('ConfigKey')) },
    },
  },
  '/connector-plugins/{plugin}/config/validate': {
    put: {
      id: 'validateConfig',
      summary: 'What is wrong with settings',
      tag: 'plug-ins',
      body: ref('SettingsPatch'),
      answers: { 200: ref('ConfigInfos') },
    },
  },
} as const

const loggers = {
  '/admin/loggers': {
    get: {
      id: 'listLoggers',
      summary: 'Levels of all loggers (KIP-495)',
      tag: 'loggers',
      answers: { 200: mapOf(ref('LoggerLevel')) },
    },
  },
  '/admin/loggers/{logger}': {
    get: {
      id: 'getLogger',
      summary: 'Level of a logger',
      tag: 'loggers',
      answers: { 200: ref('LoggerLevel') },
    },
    put: {
      id: 'setLogger',
      summary: 'Sets the level of a logger and of all below it',
      tag: 'loggers',
      query: [
        {
          name: 'scope',
          description: '`worker`, or `cluster`: in all workers (KIP-976)',
          schema: { enum: ['worker', 'cluster'], default: 'worker' },
        },
      ],
      body: { type: 'object', properties: { level: text }, required: ['level'] },
      answers: { 200: listOf(text), 204: none },
    },
  },
} as const

export const paths: Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>> = {
  ...worker,
  ...connectors,
  ...offsets,
  ...plugins,
  ...loggers,
}
