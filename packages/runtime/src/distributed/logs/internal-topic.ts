import type { Logger } from '@sluice/template'
import { type Admin, KafkaError } from '../../kafka/types.ts'

/** One of the topics that a cluster of workers keeps its state in. */
export interface InternalTopic {
  readonly name: string
  /** The setting that names it, such as `config.storage.topic`. */
  readonly setting: string
  /** What it holds, in the plural: "connector configurations". */
  readonly holds: string
  /** Of the topic, where it must be made; -1: as the brokers do. */
  readonly partitions: number
  readonly replicationFactor: number
  /** The topic's own settings, where it must be made. It is compacted whatever they say. */
  readonly configs: Readonly<Record<string, string>>
  /** What is kept in order across keys has to be in one partition. */
  readonly onePartition?: boolean
}

type TopicAdmin = Pick<Admin, 'describeTopics' | 'createTopics' | 'topicConfigs'>

const notAllowed = new Set(['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'])

/**
 * Makes the topic if it doesn't exist. One that exists has to be compacted, and of one partition where that is asked for: rejects with a KafkaError
 * (CONFIG) that says what to do. Where this user may not look at a topic's settings there is a warning instead.
 */
export async function ensureTopic(topic: InternalTopic, admin: TopicAdmin, log: Logger): Promise<void> {
  if ((await isThere(topic, admin)) || !(await make(topic, admin, log))) await check(topic, admin, log)
}

async function isThere({ name }: InternalTopic, admin: TopicAdmin): Promise<boolean> {
  return (await admin.describeTopics([name])).has(name)
}

/** False where another worker has made it meanwhile. */
async function make(topic: InternalTopic, admin: TopicAdmin, log: Logger): Promise<boolean> {
  const { name, partitions, replicationFactor, configs, setting, holds } = topic
  log.info(
    { topic: name, partitions, replicationFactor },
    `The topic for ${holds} does not exist and is made.`,
  )
  // not a topic's own: what a worker is warned of where it is set for the config topic
  const { partitions: _, ...own } = configs
  const wanted = { name, partitions, replicationFactor, configs: { ...own, 'cleanup.policy': 'compact' } }
  try {
    return (await admin.createTopics([wanted])).get(name) === true
  } catch (cause) {
    if (!(cause instanceof KafkaError)) throw cause
    throw new KafkaError(
      `The topic ${name} (${setting}) can't be made. ${cause.message}${hint(topic, cause)}`,
      {
        code: cause.code,
        retriable: cause.retriable,
        cause,
      },
    )
  }
}

function hint({ setting, configs, onePartition }: InternalTopic, { code }: KafkaError): string {
  const start = setting.slice(0, -'topic'.length)
  switch (code) {
    case 'INVALID_REPLICATION_FACTOR':
      return ` Set ${start}replication.factor to at most the number of brokers, or to -1 for their default.`
    case 'INVALID_PARTITIONS':
      return onePartition ? '' : ` Set ${start}partitions to 1 or more, or to -1 for the brokers' default.`
    case 'INVALID_CONFIG':
      return ` Look at ${Object.keys(configs)
        .map((key) => start + key)
        .join(', ')}.`
    case 'TOPIC_AUTHORIZATION_FAILED':
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return ' Or make it yourself: compacted, and with one partition where it holds connector configurations.'
    default:
      return ''
  }
}

async function check(topic: InternalTopic, admin: TopicAdmin, log: Logger): Promise<void> {
  const found = (await admin.describeTopics([topic.name])).get(topic.name)
  const count = found?.partitions.length ?? 1
  if (topic.onePartition && count !== 1) throw refused(topic, `has ${count} partitions and must have 1`)
  const policy = await cleanupPolicy(topic, admin, log)
  if (policy === undefined || policy === 'compact') return
  throw refused(
    topic,
    `has cleanup.policy=${policy} and must have compact, or ${topic.holds} would be deleted with time`,
    ` Set it: kafka-configs --alter --entity-type topics --entity-name ${topic.name} --add-config cleanup.policy=compact.`,
  )
}

/** Undefined where it can't be known. */
async function cleanupPolicy(
  { name }: InternalTopic,
  admin: TopicAdmin,
  log: Logger,
): Promise<string | undefined> {
  try {
    const policy = (await admin.topicConfigs(name)).get('cleanup.policy')
    return policy?.replaceAll(' ', '')
  } catch (error) {
    if (!(error instanceof KafkaError && notAllowed.has(error.code))) throw error
    log.warn(
      { topic: name, code: error.code },
      'This user may not read the settings of a topic of the worker, so that nobody knows whether it is compacted.',
    )
    return undefined
  }
}

function refused({ name, setting, holds }: InternalTopic, what: string, todo = ''): KafkaError {
  return new KafkaError(
    `The topic ${name} (${setting}) for ${holds} ${what}.${todo || ` Name another one in ${setting}, or delete this one and start again.`}`,
    { code: 'CONFIG', retriable: false },
  )
}
