import type { ClusterOperationV2Summary, GetBootstrapBrokersResponse, NodeInfo } from '@aws-sdk/client-kafka'
import type { Aws } from '../api/aws.ts'
import { allPages } from '../pages.ts'
import { titleOf } from './find-cluster.ts'
import type { OfferedVersion } from './versions.ts'

/** Where clients connect, by login and by way. */
export interface BootstrapAddress {
  readonly login: 'iam' | 'scram' | 'tls' | 'plaintext'
  /** `private`: inside the VPC; `vpc`: from other VPCs, by PrivateLink. */
  readonly way: 'private' | 'public' | 'vpc' | 'ipv6'
  /** `host:port,host:port,...` */
  readonly servers: string
}

const addresses = [
  ['BootstrapBrokerStringSaslIam', 'iam', 'private'],
  ['BootstrapBrokerStringSaslScram', 'scram', 'private'],
  ['BootstrapBrokerStringTls', 'tls', 'private'],
  ['BootstrapBrokerString', 'plaintext', 'private'],
  ['BootstrapBrokerStringPublicSaslIam', 'iam', 'public'],
  ['BootstrapBrokerStringPublicSaslScram', 'scram', 'public'],
  ['BootstrapBrokerStringPublicTls', 'tls', 'public'],
  ['BootstrapBrokerStringVpcConnectivitySaslIam', 'iam', 'vpc'],
  ['BootstrapBrokerStringVpcConnectivitySaslScram', 'scram', 'vpc'],
  ['BootstrapBrokerStringVpcConnectivityTls', 'tls', 'vpc'],
  ['BootstrapBrokerStringSaslIamIpv6', 'iam', 'ipv6'],
  ['BootstrapBrokerStringSaslScramIpv6', 'scram', 'ipv6'],
  ['BootstrapBrokerStringTlsIpv6', 'tls', 'ipv6'],
  ['BootstrapBrokerStringIpv6', 'plaintext', 'ipv6'],
] as const satisfies ReadonlyArray<
  readonly [keyof GetBootstrapBrokersResponse, BootstrapAddress['login'], BootstrapAddress['way']]
>

export async function bootstrapAddresses(aws: Aws, arn: string): Promise<readonly BootstrapAddress[]> {
  const doing = `ask for the addresses of ${titleOf(arn)}`
  const found = await aws.kafka('GetBootstrapBrokers', { ClusterArn: arn }, doing)
  return addresses.flatMap(([name, login, way]) => {
    const servers = found[name]
    return servers === undefined || servers === '' ? [] : [{ login, way, servers }]
  })
}

export async function listNodes(aws: Aws, arn: string): Promise<readonly NodeInfo[]> {
  return await allPages(
    (token) => aws.kafka('ListNodes', { ClusterArn: arn, ...token }, `list the brokers of ${titleOf(arn)}`),
    ({ NodeInfoList }) => NodeInfoList,
  )
}

export async function listOperations(aws: Aws, arn: string): Promise<readonly ClusterOperationV2Summary[]> {
  const doing = `list the operations of ${titleOf(arn)}`
  return await allPages(
    (token) => aws.kafka('ListClusterOperationsV2', { ClusterArn: arn, ...token }, doing),
    ({ ClusterOperationInfoList }) => ClusterOperationInfoList,
  )
}

/** The versions of Kafka that MSK lists, newest or not. */
export async function offeredVersions(aws: Aws): Promise<readonly OfferedVersion[]> {
  const found = await allPages(
    (token) => aws.kafka('ListKafkaVersions', token, 'list versions of Kafka'),
    ({ KafkaVersions }) => KafkaVersions,
  )
  return found.map(({ Version = '', Status = '' }) => ({ version: Version, status: Status }))
}

/** The versions that MSK takes this cluster to. */
export async function upgradesOf(aws: Aws, arn: string): Promise<readonly string[]> {
  const doing = `ask which versions ${titleOf(arn)} can be taken to`
  const { CompatibleKafkaVersions = [] } = await aws.kafka(
    'GetCompatibleKafkaVersions',
    { ClusterArn: arn },
    doing,
  )
  return CompatibleKafkaVersions.flatMap(({ TargetVersions = [] }) => TargetVersions)
}
