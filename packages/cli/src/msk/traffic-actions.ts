import * as msk from '@sluice/msk'
import { renderTable } from '../stack/table.ts'
import { agree } from './carry-out.ts'
import { type ActFlags, type AwsFlags, jsonOf, mskExit, pairsOf, type Scene } from './declare.ts'
import { arnOf } from './resource-actions.ts'

export interface TopicListFlags extends AwsFlags {
  readonly name?: string
}

export interface TopicFlags extends AwsFlags {
  readonly partitions?: number
  readonly replication?: number
  readonly set?: readonly string[]
}

export interface ReplicatorFlags extends AwsFlags {
  readonly source: string
  readonly sourceSubnets: readonly string[]
  readonly sourceSecurityGroups?: readonly string[]
  readonly target: string
  readonly targetSubnets: readonly string[]
  readonly targetSecurityGroups?: readonly string[]
  readonly role: string
  readonly topics?: readonly string[]
  readonly exceptTopics?: readonly string[]
  readonly groups?: readonly string[]
  readonly exceptGroups?: readonly string[]
  readonly sameNames?: true
  readonly from: 'EARLIEST' | 'LATEST'
  readonly compression?: msk.NewReplicator['compression']
  readonly description?: string
  readonly tag?: readonly string[]
}

export interface ConnectionFlags extends AwsFlags {
  readonly vpc: string
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
  readonly login: 'iam' | 'scram' | 'tls'
  readonly tag?: readonly string[]
}

export async function listTopics(
  { aws, terminal }: Scene,
  name: string,
  flags: TopicListFlags,
): Promise<void> {
  const all = await msk.listTopics(aws, await arnOf(aws, name), flags.name)
  if (flags.json) return terminal.out(jsonOf(all))
  terminal.out(
    renderTable([
      ['TOPIC', 'PARTITIONS', 'REPLICAS', 'OUT OF SYNC'],
      ...all.map(({ TopicName = '', PartitionCount, ReplicationFactor, OutOfSyncReplicaCount = 0 }) => [
        TopicName,
        String(PartitionCount),
        String(ReplicationFactor),
        String(OutOfSyncReplicaCount),
      ]),
    ]),
  )
}

export async function describeTopic(
  { aws, terminal }: Scene,
  name: string,
  topic: string,
  { json }: AwsFlags,
): Promise<void> {
  const arn = await arnOf(aws, name)
  const [details, partitions] = await Promise.all([
    msk.describeTopic(aws, arn, topic),
    msk.topicPartitions(aws, arn, topic),
  ])
  if (json) return terminal.out(jsonOf({ ...details, partitions }))
  const settings = Object.entries(details.settings).map(([key, value]) => [key, value])
  const head = [
    ['topic', details.name],
    ['status', details.status],
    ['partitions', String(details.partitions)],
    ['replicas', String(details.replication)],
  ]
  const rows = partitions.map(({ Partition, Leader, Replicas = [], Isr = [] }) => [
    String(Partition),
    String(Leader),
    Replicas.join(', '),
    Isr.join(', '),
  ])
  terminal.out(
    `${renderTable([...head, ...settings])}\n${renderTable([['PARTITION', 'LEADER', 'REPLICAS', 'IN SYNC'], ...rows])}`,
  )
}

export async function createTopic(
  { aws, terminal }: Scene,
  name: string,
  topic: string,
  { partitions, replication, set }: TopicFlags,
): Promise<void> {
  await msk.createTopic(aws, await arnOf(aws, name), {
    name: topic,
    partitions,
    replication,
    settings: pairsOf(set),
  })
  terminal.err(`${topic} is made; MSK lists it in about a minute.\n`)
}

export async function updateTopic(
  { aws, terminal }: Scene,
  name: string,
  topic: string,
  { partitions, set }: TopicFlags,
): Promise<void> {
  await msk.updateTopic(aws, await arnOf(aws, name), topic, { partitions, settings: pairsOf(set) })
  terminal.err(`${topic} is changed.\n`)
}

export async function deleteTopic(
  { aws, terminal }: Scene,
  name: string,
  topic: string,
  { yes }: ActFlags,
): Promise<void> {
  const arn = await arnOf(aws, name)
  terminal.err(`The topic ${topic} of ${name} is to be deleted with its data.\n`)
  await agree(terminal, topic, yes === true)
  await msk.deleteTopic(aws, arn, topic)
  terminal.err(`${topic} is deleted.\n`)
}

export async function createReplicator(
  { aws, terminal }: Scene,
  name: string,
  flags: ReplicatorFlags,
): Promise<void> {
  const { topics, exceptTopics, groups, exceptGroups, sameNames, compression, description } = flags
  const arn = await msk.createReplicator(aws, {
    name,
    source: end(flags.source, flags.sourceSubnets, flags.sourceSecurityGroups),
    target: end(flags.target, flags.targetSubnets, flags.targetSecurityGroups),
    roleArn: flags.role,
    topics,
    exceptTopics,
    groups,
    exceptGroups,
    sameNames,
    compression,
    description,
    startingAt: flags.from,
    tags: pairsOf(flags.tag),
  })
  terminal.out(`${arn}\n`)
  terminal.err(`${name} is being made; that takes about 30 minutes.\n`)
}

function end(clusterArn: string, subnets: readonly string[], securityGroups: readonly string[] | undefined) {
  return { clusterArn, subnets, securityGroups }
}

export async function listReplicators({ aws, terminal }: Scene, { json }: AwsFlags): Promise<void> {
  const all = await msk.listReplicators(aws)
  if (json) return terminal.out(jsonOf(all))
  if (all.length === 0) return terminal.out('There are no replicators.\n')
  const rows = all.map(({ ReplicatorName = '', ReplicatorState = '', ReplicatorArn = '' }) => [
    ReplicatorName,
    ReplicatorState,
    ReplicatorArn,
  ])
  terminal.out(renderTable([['NAME', 'STATE', 'ARN'], ...rows]))
}

export async function describeReplicator({ aws, terminal }: Scene, name: string): Promise<number> {
  const found = await msk.describeReplicator(aws, name)
  terminal.out(jsonOf(found))
  return found.ReplicatorState === 'RUNNING' ? mskExit.done : mskExit.unhealthy
}

export async function updateReplicator(
  { aws, terminal }: Scene,
  name: string,
  flags: ReplicatorFlags,
): Promise<void> {
  const { topics, exceptTopics, groups, exceptGroups } = flags
  await msk.updateReplicator(aws, name, { topics, exceptTopics, groups, exceptGroups })
  terminal.err(`${name} is being changed.\n`)
}

export async function deleteReplicator(
  { aws, terminal }: Scene,
  name: string,
  { yes }: ActFlags,
): Promise<void> {
  terminal.err(`The replicator ${name} is to be deleted.\n`)
  await agree(terminal, name, yes === true)
  await msk.deleteReplicator(aws, name)
  terminal.err(`${name} is being deleted.\n`)
}

export async function createConnection(
  { aws, terminal }: Scene,
  name: string,
  flags: ConnectionFlags,
): Promise<void> {
  const { vpc, subnets, securityGroups, login } = flags
  const clusterArn = await arnOf(aws, name)
  const arn = await msk.createVpcConnection(aws, {
    clusterArn,
    login,
    vpc,
    subnets,
    securityGroups,
    tags: pairsOf(flags.tag),
  })
  terminal.out(`${arn}\n`)
  terminal.err('It is being made; that takes about 10 minutes.\n')
}

export async function listConnections({ aws, terminal }: Scene, { json }: AwsFlags): Promise<void> {
  const all = await msk.listVpcConnections(aws)
  if (json) return terminal.out(jsonOf(all))
  if (all.length === 0) return terminal.out('There are no VPC connections.\n')
  const rows = all.map(({ VpcId = '', State = '', Authentication = '', VpcConnectionArn = '' }) => [
    VpcId,
    State,
    Authentication,
    VpcConnectionArn,
  ])
  terminal.out(renderTable([['VPC', 'STATE', 'LOGIN', 'ARN'], ...rows]))
}

export async function describeConnection({ aws, terminal }: Scene, arn: string): Promise<void> {
  terminal.out(jsonOf(await msk.describeVpcConnection(aws, arn)))
}

export async function deleteConnection(
  { aws, terminal }: Scene,
  arn: string,
  { yes }: ActFlags,
): Promise<void> {
  terminal.err(`The VPC connection ${arn} is to be deleted.\n`)
  await agree(terminal, arn, yes === true)
  await msk.deleteVpcConnection(aws, arn)
}

export async function listClients({ aws, terminal }: Scene, name: string, { json }: AwsFlags): Promise<void> {
  const all = await msk.listClientVpcConnections(aws, await arnOf(aws, name))
  if (json) return terminal.out(jsonOf(all))
  if (all.length === 0) return terminal.out(`Nobody of another VPC is connected with ${name}.\n`)
  const rows = all.map(({ Owner = '', State = '', Authentication = '', VpcConnectionArn = '' }) => [
    Owner,
    State,
    Authentication,
    VpcConnectionArn,
  ])
  terminal.out(renderTable([['ACCOUNT', 'STATE', 'LOGIN', 'ARN'], ...rows]))
}

export async function rejectClient(
  { aws, terminal }: Scene,
  name: string,
  arn: string,
  { yes }: ActFlags,
): Promise<void> {
  const clusterArn = await arnOf(aws, name)
  terminal.err(`${arn} is to be cut off from ${name}.\n`)
  await agree(terminal, name, yes === true)
  await msk.rejectClientVpcConnection(aws, clusterArn, arn)
}
