// What a worker and its connectors ask of Kafka; docs/RIGHTS.md has the same as ACLs, and its test holds that against a real broker.
import { isSink, sinkTopics, sourceTopics } from './topic-patterns.ts'

export type Settings = ReadonlyMap<string, string>

export type ResourceType = 'cluster' | 'topic' | 'group' | 'transactional-id'

/** Some actions on one resource, and the setting that they come from. */
export interface Need {
  /** Of `kafka-cluster:`, without that. */
  readonly actions: readonly string[]
  readonly type: ResourceType
  /** With `*` as IAM knows it; empty for the cluster. */
  readonly name: string
  readonly because: string
}

export interface Pipeline {
  readonly worker: Settings
  readonly connectors: ReadonlyArray<{ readonly name: string; readonly config: Settings }>
}

export interface Needs {
  readonly needs: readonly Need[]
  /** Where a pattern is wider than it had to be, and what else to know. */
  readonly notes: readonly string[]
}

const write = ['DescribeTopic', 'WriteData'] as const
const read = ['DescribeTopic', 'ReadData'] as const
const stateTopic = [
  'DescribeTopic',
  'DescribeTopicDynamicConfiguration',
  'CreateTopic',
  'WriteData',
  'ReadData',
] as const
const groupActions = ['DescribeGroup', 'AlterGroup'] as const
const fenceActions = ['DescribeTransactionalId', 'AlterTransactionalId'] as const

/** Everything, in the order of the settings: the worker's, then each connector's. */
export function needsOf({ worker, connectors }: Pipeline): Needs {
  const notes: string[] = []
  const each = connectors.flatMap(({ name, config }) =>
    isSink(config) ? sinkNeeds(name, config, worker, notes) : sourceNeeds(name, config, worker, notes),
  )
  const all = [...workerNeeds(worker), ...each]
  return { needs: [...clusterNeeds(all, worker), ...all, ...readingNeeds(all)], notes }
}

function clusterNeeds(all: readonly Need[], worker: Settings): readonly Need[] {
  const login = { actions: ['Connect'], type: 'cluster', name: '', because: 'every client logs in' } as const
  const writes = all.some(({ actions }) => actions.includes('WriteData'))
  if (!writes || value(worker, 'producer.enable.idempotence') === 'false') return [login]
  return [
    login,
    {
      ...login,
      actions: ['WriteDataIdempotently'],
      because: 'producer.enable.idempotence (true unless it is set)',
    },
  ]
}

/** AWS gives data only to those who may change a group, though reading a worker's own topics takes none. */
function readingNeeds(all: readonly Need[]): readonly Need[] {
  const reads = all.some(({ actions }) => actions.includes('ReadData'))
  if (!reads || all.some(({ type }) => type === 'group')) return []
  return [
    {
      actions: groupActions,
      type: 'group',
      name: 'connect-*',
      because: 'AWS wants AlterGroup with every ReadData',
    },
  ]
}

function workerNeeds(worker: Settings): readonly Need[] {
  const group = value(worker, 'group.id')
  const hasFile = value(worker, 'offset.storage.file.filename') !== ''
  const isCluster = group !== '' && !hasFile && value(worker, 'config.storage.topic') !== ''
  const topics = [
    ...(isCluster ? ['config.storage.topic', 'status.storage.topic'] : []),
    ...(hasFile ? [] : ['offset.storage.topic']),
  ]
  return [
    ...topics.flatMap((setting) => topicNeed(worker, setting, stateTopic)),
    ...(isCluster
      ? [
          { actions: groupActions, type: 'group', name: group, because: `group.id=${group}` } as const,
          {
            actions: fenceActions,
            type: 'transactional-id',
            name: `connect-cluster-${group}`,
            because: `group.id=${group}: the leader's writes are fenced`,
          } as const,
        ]
      : []),
  ]
}

function sourceNeeds(name: string, config: Settings, worker: Settings, notes: string[]): readonly Need[] {
  const { topics, note } = sourceTopics(config)
  if (note !== undefined) notes.push(`${name}: ${note}`)
  const creates = value(worker, 'topic.creation.enable') !== 'false'
  const made = topics.flatMap(({ pattern, because }): readonly Need[] => [
    { actions: write, type: 'topic', name: pattern, because: `${name}: ${because}` },
    ...(creates
      ? [
          {
            actions: ['CreateTopic'],
            type: 'topic',
            name: pattern,
            because: `${name}: topic.creation.enable (true unless it is set)`,
          } as const,
        ]
      : []),
  ])
  return [
    ...made,
    fenceNeed(name, worker),
    ...topicNeed(config, 'offsets.storage.topic', stateTopic, `${name}: `),
    ...letterNeeds(name, config),
  ]
}

function fenceNeed(name: string, worker: Settings): Need {
  const group = value(worker, 'group.id')
  const exactlyOnce = value(worker, 'exactly.once.source.support').toLowerCase() === 'enabled'
  const [id, because] =
    exactlyOnce && group !== ''
      ? [`${group}-${name}-*`, 'exactly.once.source.support=enabled']
      : [
          `sluice-*-${name}-*`,
          exactlyOnce
            ? 'exactly.once.source.support=enabled'
            : 'a source is fenced, so that a frozen worker can do no harm',
        ]
  return { actions: fenceActions, type: 'transactional-id', name: id, because: `${name}: ${because}` }
}

function sinkNeeds(name: string, config: Settings, worker: Settings, notes: string[]): readonly Need[] {
  const { topics, note } = sinkTopics(config)
  if (note !== undefined) notes.push(`${name}: ${note}`)
  const own = value(config, 'consumer.override.group.id')
  const workers = value(worker, 'consumer.group.id')
  const [group, because] =
    own !== ''
      ? [own, 'consumer.override.group.id']
      : workers !== ''
        ? [workers, 'consumer.group.id of the worker']
        : [`connect-${name}`, 'a sink’s group is connect-<name>']
  return [
    ...topics.map(
      (one): Need => ({
        actions: read,
        type: 'topic',
        name: one.pattern,
        because: `${name}: ${one.because}`,
      }),
    ),
    { actions: groupActions, type: 'group', name: group, because: `${name}: ${because}` },
    ...letterNeeds(name, config),
  ]
}

function letterNeeds(name: string, config: Settings): readonly Need[] {
  return topicNeed(config, 'errors.deadletterqueue.topic.name', [...write, 'CreateTopic'], `${name}: `)
}

function topicNeed(
  settings: Settings,
  setting: string,
  actions: readonly string[],
  before = '',
): readonly Need[] {
  const topic = value(settings, setting)
  return topic === ''
    ? []
    : [{ actions, type: 'topic', name: topic, because: `${before}${setting}=${topic}` }]
}

function value(settings: Settings, name: string): string {
  return settings.get(name)?.trim() ?? ''
}
