import type { ClientVpcConnection, DescribeVpcConnectionResponse, VpcConnection } from '@aws-sdk/client-kafka'
import { parseClusterArn } from '../api/arn.ts'
import type { Aws } from '../api/aws.ts'
import { holdRules } from '../api/msk-error.ts'
import { titleOf } from '../clusters/find-cluster.ts'
import { securityGroupRule, subnetIdRule } from '../clusters/rules.ts'
import { allPages } from '../pages.ts'

/** A way from a VPC of one's own to a cluster of another VPC or account (AWS PrivateLink). */
export interface NewVpcConnection {
  readonly clusterArn: string
  readonly login: 'iam' | 'scram' | 'tls'
  readonly vpc: string
  /** One in each zone of the cluster. */
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
  readonly tags?: Readonly<Record<string, string>> | undefined
}

const authentication = { iam: 'SASL_IAM', scram: 'SASL_SCRAM', tls: 'TLS' } as const

export async function createVpcConnection(aws: Aws, wanted: NewVpcConnection): Promise<string> {
  const { clusterArn, login, vpc, subnets, securityGroups, tags } = wanted
  parseClusterArn(clusterArn)
  holdRules([
    /^vpc-[0-9a-f]+$/.test(vpc)
      ? undefined
      : `a VPC is named by its id, such as vpc-0a1b2c3d; "${vpc}" isn't`,
    subnets.length === 0 ? 'give subnets, one in each zone of the cluster' : subnetIdRule(subnets),
    securityGroups.length === 0
      ? 'give a security group that lets clients in'
      : securityGroupRule(securityGroups),
  ])
  const input = {
    TargetClusterArn: clusterArn,
    Authentication: authentication[login],
    VpcId: vpc,
    ClientSubnets: [...subnets],
    SecurityGroups: [...securityGroups],
    ...(tags && { Tags: { ...tags } }),
  }
  const answer = await aws.kafka('CreateVpcConnection', input, `connect ${vpc} with ${titleOf(clusterArn)}`)
  return answer.VpcConnectionArn ?? ''
}

export async function listVpcConnections(aws: Aws): Promise<readonly VpcConnection[]> {
  return await allPages(
    (token) => aws.kafka('ListVpcConnections', token, 'list VPC connections'),
    ({ VpcConnections }) => VpcConnections,
  )
}

export async function describeVpcConnection(aws: Aws, arn: string): Promise<DescribeVpcConnectionResponse> {
  return await aws.kafka('DescribeVpcConnection', { Arn: arn }, `describe the VPC connection ${arn}`)
}

export async function deleteVpcConnection(aws: Aws, arn: string): Promise<void> {
  await aws.kafka('DeleteVpcConnection', { Arn: arn }, `delete the VPC connection ${arn}`)
}

/** Who is connected with a cluster of one's own. */
export async function listClientVpcConnections(
  aws: Aws,
  clusterArn: string,
): Promise<readonly ClientVpcConnection[]> {
  const doing = `list who is connected with ${titleOf(clusterArn)}`
  return await allPages(
    (token) => aws.kafka('ListClientVpcConnections', { ClusterArn: clusterArn, ...token }, doing),
    ({ ClientVpcConnections }) => ClientVpcConnections,
  )
}

/** Cuts off somebody who is connected with a cluster of one's own. */
export async function rejectClientVpcConnection(aws: Aws, clusterArn: string, arn: string): Promise<void> {
  const input = { ClusterArn: clusterArn, VpcConnectionArn: arn }
  await aws.kafka('RejectClientVpcConnection', input, `cut off ${arn} from ${titleOf(clusterArn)}`)
}
