import type { InternetGateway, RouteTable, SecurityGroup, Subnet, Vpc } from '@aws-sdk/client-ec2'
import type { Aws } from '../api/aws.ts'
import { holdRules, MskError, MskRuleError } from '../api/msk-error.ts'
import { nameRule } from '../clusters/rules.ts'

/** All that belongs to a network has this tag, with the network's name. */
export const networkTag = 'sluice:network'

/** What there is of a network; each part may be missing where its making was interrupted. */
export interface FoundNetwork {
  readonly vpc: Vpc | undefined
  readonly subnets: readonly Subnet[]
  readonly gateway: InternetGateway | undefined
  readonly routes: RouteTable | undefined
  readonly group: SecurityGroup | undefined
}

/** A network as clusters take it. */
export interface Network {
  readonly name: string
  readonly vpc: string
  readonly cidr: string
  readonly subnets: ReadonlyArray<{ readonly id: string; readonly zone: string; readonly cidr: string }>
  readonly securityGroup: string
  readonly public: boolean
}

export async function lookForNetwork(aws: Aws, name: string): Promise<FoundNetwork> {
  // a filter's value is a pattern: * would find the networks of others
  holdRules([nameRule(name, 'a network')])
  const tagged = { Filters: [{ Name: `tag:${networkTag}`, Values: [name] }] }
  const doing = `look for the network ${name}`
  const [vpcs, subnets, gateways, tables, groups] = await Promise.all([
    aws.ec2('DescribeVpcs', tagged, doing),
    aws.ec2('DescribeSubnets', tagged, doing),
    aws.ec2('DescribeInternetGateways', tagged, doing),
    aws.ec2('DescribeRouteTables', tagged, doing),
    aws.ec2('DescribeSecurityGroups', tagged, doing),
  ])
  const several = (vpcs.Vpcs ?? []).map(({ VpcId = '' }) => VpcId)
  if (several.length > 1) {
    throw new MskRuleError([
      `several VPCs have the tag ${networkTag}=${name}: ${several.join(', ')}; take it from all but one`,
    ])
  }
  return {
    vpc: vpcs.Vpcs?.[0],
    subnets: (subnets.Subnets ?? []).toSorted((a, b) =>
      (a.AvailabilityZone ?? '') < (b.AvailabilityZone ?? '') ? -1 : 1,
    ),
    gateway: gateways.InternetGateways?.[0],
    routes: tables.RouteTables?.[0],
    group: groups.SecurityGroups?.[0],
  }
}

/** Rejects with an MskError where there is none, or not all of one. */
export async function findNetwork(aws: Aws, name: string): Promise<Network> {
  const { vpc, subnets, gateway, group } = await lookForNetwork(aws, name)
  if (vpc === undefined || group === undefined || subnets.length === 0) {
    const what = vpc === undefined ? `there is no network ${name}` : `the network ${name} is not complete`
    throw new MskError(
      'not-found',
      `${what} in ${await aws.region()}: "sluice msk network create ${name}" makes it.`,
    )
  }
  return {
    name,
    vpc: vpc.VpcId ?? '',
    cidr: vpc.CidrBlock ?? '',
    subnets: subnets.map(({ SubnetId = '', AvailabilityZone = '', CidrBlock = '' }) => ({
      id: SubnetId,
      zone: AvailabilityZone,
      cidr: CidrBlock,
    })),
    securityGroup: group.GroupId ?? '',
    public: gateway !== undefined,
  }
}

/** The region's zones, by name; without local zones, where MSK doesn't run. */
export async function regionZones(aws: Aws): Promise<readonly string[]> {
  const input = { Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] }
  const { AvailabilityZones = [] } = await aws.ec2(
    'DescribeAvailabilityZones',
    input,
    'list the zones of the region',
  )
  return AvailabilityZones.filter(({ State }) => State === 'available')
    .map(({ ZoneName = '' }) => ZoneName)
    .toSorted()
}
