import type { DescribeReplicatorResponse, ReplicatorSummary } from '@aws-sdk/client-kafka'
import { isArn } from '../api/arn.ts'
import type { Aws, KafkaInput } from '../api/aws.ts'
import { holdRules, MskError } from '../api/msk-error.ts'
import { nameRule, subnetIdRule } from '../clusters/rules.ts'
import { allPages } from '../pages.ts'

/** One end of a replicator: a cluster, and where in its VPC the replicator stands. */
export interface ReplicatorEnd {
  readonly clusterArn: string
  readonly subnets: readonly string[]
  readonly securityGroups?: readonly string[] | undefined
}

/** Copies topics and the offsets of groups from one cluster of MSK to another. */
export interface NewReplicator {
  readonly name: string
  readonly source: ReplicatorEnd
  readonly target: ReplicatorEnd
  /** The role that the replicator takes on. */
  readonly roleArn: string
  /** Regular expressions. @default all */
  readonly topics?: readonly string[] | undefined
  readonly exceptTopics?: readonly string[] | undefined
  /** Regular expressions. @default all */
  readonly groups?: readonly string[] | undefined
  readonly exceptGroups?: readonly string[] | undefined
  /** Topics keep their names; otherwise the source's alias stands before them. @default false */
  readonly sameNames?: boolean | undefined
  /** @default LATEST */
  readonly startingAt?: 'EARLIEST' | 'LATEST' | undefined
  /** @default NONE */
  readonly compression?: 'NONE' | 'GZIP' | 'SNAPPY' | 'LZ4' | 'ZSTD' | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

export async function createReplicator(aws: Aws, wanted: NewReplicator): Promise<string> {
  const { name, source, target } = wanted
  holdRules([
    nameRule(name, 'a replicator'),
    source.clusterArn === target.clusterArn
      ? 'a replicator copies between two clusters; both ends are the same'
      : undefined,
    endRule('source', source),
    endRule('target', target),
    /^arn:aws[a-z-]*:iam::\d{12}:role\//.test(wanted.roleArn)
      ? undefined
      : `a role is named by its ARN (arn:aws:iam::...:role/...); "${wanted.roleArn}" isn't`,
  ])
  const answer = await aws.kafka('CreateReplicator', requestOf(wanted), `create the replicator ${name}`)
  return answer.ReplicatorArn ?? ''
}

function requestOf(wanted: NewReplicator): KafkaInput<'CreateReplicator'> {
  const { name, source, target, roleArn, description, tags } = wanted
  return {
    ReplicatorName: name,
    ServiceExecutionRoleArn: roleArn,
    ...(description !== undefined && { Description: description }),
    ...(tags && { Tags: { ...tags } }),
    KafkaClusters: [source, target].map(({ clusterArn, subnets, securityGroups = [] }) => ({
      AmazonMskCluster: { MskClusterArn: clusterArn },
      VpcConfig: {
        SubnetIds: [...subnets],
        ...(securityGroups.length > 0 && { SecurityGroupIds: [...securityGroups] }),
      },
    })),
    ReplicationInfoList: [
      {
        SourceKafkaClusterArn: source.clusterArn,
        TargetKafkaClusterArn: target.clusterArn,
        TargetCompressionType: wanted.compression ?? 'NONE',
        TopicReplication: {
          TopicsToReplicate: [...(wanted.topics ?? ['.*'])],
          ...(wanted.exceptTopics && { TopicsToExclude: [...wanted.exceptTopics] }),
          CopyTopicConfigurations: true,
          CopyAccessControlListsForTopics: true,
          DetectAndCopyNewTopics: true,
          StartingPosition: { Type: wanted.startingAt ?? 'LATEST' },
          TopicNameConfiguration: {
            Type: wanted.sameNames ? 'IDENTICAL' : 'PREFIXED_WITH_SOURCE_CLUSTER_ALIAS',
          },
        },
        ConsumerGroupReplication: {
          ConsumerGroupsToReplicate: [...(wanted.groups ?? ['.*'])],
          ...(wanted.exceptGroups && { ConsumerGroupsToExclude: [...wanted.exceptGroups] }),
          DetectAndCopyNewConsumerGroups: true,
          SynchroniseConsumerGroupOffsets: true,
        },
      },
    ],
  }
}

export async function listReplicators(aws: Aws): Promise<readonly ReplicatorSummary[]> {
  return await allPages(
    (token) => aws.kafka('ListReplicators', token, 'list replicators'),
    ({ Replicators }) => Replicators,
  )
}

/** By name or ARN. */
export async function describeReplicator(aws: Aws, nameOrArn: string): Promise<DescribeReplicatorResponse> {
  const arn = isArn(nameOrArn) ? nameOrArn : await arnOf(aws, nameOrArn)
  return await aws.kafka('DescribeReplicator', { ReplicatorArn: arn }, `describe the replicator ${nameOrArn}`)
}

async function arnOf(aws: Aws, name: string): Promise<string> {
  const all = await listReplicators(aws)
  const found = all.find(({ ReplicatorName }) => ReplicatorName === name)?.ReplicatorArn
  if (found !== undefined) return found
  const others = all.map(({ ReplicatorName }) => ReplicatorName).join(', ')
  throw new MskError(
    'not-found',
    `there is no replicator ${name}; there ${others === '' ? 'is none' : `are: ${others}`}.`,
  )
}

/** What a replicator copies from now on; what isn't given stays as it is. */
export type ReplicatorChanges = Pick<NewReplicator, 'topics' | 'exceptTopics' | 'groups' | 'exceptGroups'>

export async function updateReplicator(
  aws: Aws,
  nameOrArn: string,
  changes: ReplicatorChanges,
): Promise<void> {
  const { topics, exceptTopics, groups, exceptGroups } = changes
  holdRules([
    Object.values(changes).every((one) => one === undefined)
      ? 'say what to change: topics or groups to copy'
      : undefined,
  ])
  const now = await describeReplicator(aws, nameOrArn)
  const [info] = now.ReplicationInfoList ?? []
  const [source, target] = (now.KafkaClusters ?? []).map(
    ({ AmazonMskCluster }) => AmazonMskCluster?.MskClusterArn,
  )
  const [before, groupsBefore] = [info?.TopicReplication, info?.ConsumerGroupReplication]
  const changesTopics = topics !== undefined || exceptTopics !== undefined
  const changesGroups = groups !== undefined || exceptGroups !== undefined
  const input: KafkaInput<'UpdateReplicationInfo'> = {
    ReplicatorArn: now.ReplicatorArn,
    CurrentVersion: now.CurrentVersion,
    SourceKafkaClusterArn: source,
    TargetKafkaClusterArn: target,
    ...(changesTopics && {
      TopicReplication: {
        TopicsToReplicate: [...(topics ?? before?.TopicsToReplicate ?? [])],
        TopicsToExclude: [...(exceptTopics ?? before?.TopicsToExclude ?? [])],
        CopyTopicConfigurations: before?.CopyTopicConfigurations ?? true,
        CopyAccessControlListsForTopics: before?.CopyAccessControlListsForTopics ?? true,
        DetectAndCopyNewTopics: before?.DetectAndCopyNewTopics ?? true,
      },
    }),
    ...(changesGroups && {
      ConsumerGroupReplication: {
        ConsumerGroupsToReplicate: [...(groups ?? groupsBefore?.ConsumerGroupsToReplicate ?? [])],
        ConsumerGroupsToExclude: [...(exceptGroups ?? groupsBefore?.ConsumerGroupsToExclude ?? [])],
        DetectAndCopyNewConsumerGroups: groupsBefore?.DetectAndCopyNewConsumerGroups ?? true,
        SynchroniseConsumerGroupOffsets: groupsBefore?.SynchroniseConsumerGroupOffsets ?? true,
      },
    }),
  }
  await aws.kafka('UpdateReplicationInfo', input, `change the replicator ${nameOrArn}`)
}

export async function deleteReplicator(aws: Aws, nameOrArn: string): Promise<void> {
  const { ReplicatorArn, CurrentVersion } = await describeReplicator(aws, nameOrArn)
  await aws.kafka('DeleteReplicator', { ReplicatorArn, CurrentVersion }, `delete the replicator ${nameOrArn}`)
}

function endRule(which: string, { subnets }: ReplicatorEnd): string | undefined {
  if (subnets.length < 2)
    return `the ${which} of a replicator needs subnets in 2 or 3 zones; ${subnets.length} given`
  return subnetIdRule(subnets)
}
