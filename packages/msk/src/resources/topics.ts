import type { TopicInfo, TopicPartitionInfo } from '@aws-sdk/client-kafka'
import { Buffer } from 'node:buffer'
import type { Aws } from '../api/aws.ts'
import { holdRules } from '../api/msk-error.ts'
import { titleOf } from '../clusters/find-cluster.ts'
import { allPages } from '../pages.ts'

/** A topic, made by MSK's API instead of Kafka's: it takes no way to the brokers, and a right of IAM. */
export interface NewTopic {
  readonly name: string
  /** @default 1 */
  readonly partitions?: number | undefined
  /** @default 3 */
  readonly replication?: number | undefined
  readonly settings?: Readonly<Record<string, string>> | undefined
}

export interface TopicDetails {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  readonly status: string
  readonly settings: Readonly<Record<string, string>>
}

export async function listTopics(
  aws: Aws,
  clusterArn: string,
  filter?: string,
): Promise<readonly TopicInfo[]> {
  const named = filter === undefined ? {} : { TopicNameFilter: filter }
  return await allPages(
    (token) =>
      aws.kafka(
        'ListTopics',
        { ClusterArn: clusterArn, ...named, ...token },
        `list topics of ${titleOf(clusterArn)}`,
      ),
    ({ Topics }) => Topics,
  )
}

export async function describeTopic(aws: Aws, clusterArn: string, name: string): Promise<TopicDetails> {
  const found = await aws.kafka(
    'DescribeTopic',
    { ClusterArn: clusterArn, TopicName: name },
    `describe the topic ${name} of ${titleOf(clusterArn)}`,
  )
  return {
    name: found.TopicName ?? name,
    partitions: found.PartitionCount ?? 0,
    replication: found.ReplicationFactor ?? 0,
    status: found.Status ?? '',
    settings: settingsIn(found.Configs),
  }
}

export async function topicPartitions(
  aws: Aws,
  clusterArn: string,
  name: string,
): Promise<readonly TopicPartitionInfo[]> {
  const doing = `look at the partitions of ${name}`
  return await allPages(
    (token) =>
      aws.kafka('DescribeTopicPartitions', { ClusterArn: clusterArn, TopicName: name, ...token }, doing),
    ({ Partitions }) => Partitions,
  )
}

export async function createTopic(aws: Aws, clusterArn: string, wanted: NewTopic): Promise<void> {
  const { name, partitions = 1, replication = 3, settings } = wanted
  holdRules([topicNameRule(name), partitionsRule(partitions), replicationRule(replication)])
  const input = {
    ClusterArn: clusterArn,
    TopicName: name,
    PartitionCount: partitions,
    ReplicationFactor: replication,
    ...(settings !== undefined && { Configs: configsOf(settings) }),
  }
  await aws.kafka('CreateTopic', input, `create the topic ${name} at ${titleOf(clusterArn)}`)
}

export interface TopicChanges {
  /** More than now; keys are spread anew. */
  readonly partitions?: number | undefined
  readonly settings?: Readonly<Record<string, string>> | undefined
}

export async function updateTopic(
  aws: Aws,
  clusterArn: string,
  name: string,
  { partitions, settings }: TopicChanges,
): Promise<void> {
  const now = partitions === undefined ? undefined : await describeTopic(aws, clusterArn, name)
  holdRules([
    partitions === undefined && settings === undefined
      ? 'say what to change: partitions, or settings'
      : undefined,
    partitions === undefined ? undefined : partitionsRule(partitions),
    now !== undefined && partitions !== undefined && partitions <= now.partitions
      ? `a topic's partitions only grow: ${name} has ${now.partitions}, so ${partitions} won't do`
      : undefined,
  ])
  const input = {
    ClusterArn: clusterArn,
    TopicName: name,
    ...(partitions !== undefined && { PartitionCount: partitions }),
    ...(settings !== undefined && { Configs: configsOf(settings) }),
  }
  await aws.kafka('UpdateTopic', input, `change the topic ${name} of ${titleOf(clusterArn)}`)
}

export async function deleteTopic(aws: Aws, clusterArn: string, name: string): Promise<void> {
  const input = { ClusterArn: clusterArn, TopicName: name }
  await aws.kafka('DeleteTopic', input, `delete the topic ${name} of ${titleOf(clusterArn)}`)
}

export function topicNameRule(name: string): string | undefined {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..'
    ? undefined
    : `the name of a topic has 1 to 249 letters, digits, dots, underscores and hyphens; "${name}" doesn't`
}

function partitionsRule(count: number): string | undefined {
  return Number.isInteger(count) && count >= 1
    ? undefined
    : `a topic has 1 or more partitions; ${count} won't do`
}

function replicationRule(count: number): string | undefined {
  return Number.isInteger(count) && count >= 1
    ? undefined
    : `a topic has 1 or more replicas; ${count} won't do`
}

/** MSK wants and gives properties in Base64. */
function configsOf(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  return Buffer.from(lines.join('')).toString('base64')
}

function settingsIn(configs: string | undefined): Readonly<Record<string, string>> {
  const lines = Buffer.from(configs ?? '', 'base64')
    .toString('utf8')
    .split('\n')
  return Object.fromEntries(
    lines
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}
