import type { IpPermission, ResourceType, TagSpecification, Vpc } from '@aws-sdk/client-ec2'
import type { Aws } from '../api/aws.ts'
import { MskRuleError } from '../api/msk-error.ts'
import { ipv6Block } from './cidr.ts'
import { type FoundNetwork, findNetwork, lookForNetwork, type Network, networkTag } from './find-network.ts'
import type { NetworkPlan, OpenPort } from './plan-network.ts'

/** Called with what is done next: `make the subnet 10.0.0.0/20 in eu-central-1a`. */
export type Tell = (doing: string) => void

/** Makes what is missing of a network; a second call finds everything and changes nothing. Rejects where what there is differs from the plan. */
export async function createNetwork(aws: Aws, plan: NetworkPlan, tell: Tell = () => {}): Promise<Network> {
  const found = await lookForNetwork(aws, plan.name)
  refuseOther(plan, found)
  const make = new Making(aws, plan, tell)
  const vpc = await make.vpc(found)
  const subnets = await make.subnets(found, vpc)
  const gateway = plan.public ? await make.gateway(found, vpc.VpcId!) : undefined
  await make.routes(found, { vpc: vpc.VpcId!, subnets, gateway })
  await make.group(found, vpc.VpcId!)
  return await findNetwork(aws, plan.name)
}

/** What there is stays as it is: subnets can't be moved, and a cluster may stand in them. */
function refuseOther({ name, cidr, subnets }: NetworkPlan, found: FoundNetwork): void {
  const wanted = new Set(subnets.map((one) => `${one.cidr} in ${one.zone}`))
  const others = found.subnets
    .map(({ CidrBlock, AvailabilityZone }) => `${CidrBlock} in ${AvailabilityZone}`)
    .filter((one) => !wanted.has(one))
  const problems = [
    ...(found.vpc !== undefined && found.vpc.CidrBlock !== cidr
      ? [`the network ${name} exists with ${found.vpc.CidrBlock}, not ${cidr}`]
      : []),
    ...(others.length > 0
      ? [`the network ${name} has a subnet ${others.join(', ')}, and subnets are final`]
      : []),
  ]
  if (problems.length === 0) return
  throw new MskRuleError([
    ...problems,
    'take another name, give the blocks and zones it has, or delete it first',
  ])
}

class Making {
  readonly #aws: Aws
  readonly #plan: NetworkPlan
  readonly #tell: Tell

  constructor(aws: Aws, plan: NetworkPlan, tell: Tell) {
    this.#aws = aws
    this.#plan = plan
    this.#tell = tell
  }

  async vpc({ vpc: before }: FoundNetwork): Promise<Vpc> {
    const { cidr, ipv6, name } = this.#plan
    const vpc = before ?? (await this.#newVpc())
    const VpcId = vpc.VpcId!
    // brokers are found by their names
    for (const attribute of ['EnableDnsSupport', 'EnableDnsHostnames'] as const) {
      await this.#aws.ec2(
        'ModifyVpcAttribute',
        { VpcId, [attribute]: { Value: true } },
        `switch on DNS in ${name}`,
      )
    }
    if (!ipv6 || (vpc.Ipv6CidrBlockAssociationSet ?? []).length > 0) return vpc
    const doing = `give ${cidr} a block of IPv6`
    if (before !== undefined) {
      await this.#aws.ec2('AssociateVpcCidrBlock', { VpcId, AmazonProvidedIpv6CidrBlock: true }, doing)
    }
    return (await this.#aws.ec2('DescribeVpcs', { VpcIds: [VpcId] }, doing)).Vpcs?.[0] ?? vpc
  }

  async #newVpc(): Promise<Vpc> {
    const { cidr, ipv6 } = this.#plan
    const doing = this.#say(`make the VPC ${cidr}`)
    const input = { CidrBlock: cidr, AmazonProvidedIpv6CidrBlock: ipv6, TagSpecifications: this.#tags('vpc') }
    return (await this.#aws.ec2('CreateVpc', input, doing)).Vpc!
  }

  /** The ids of all subnets. */
  async subnets({ subnets: found }: FoundNetwork, vpc: Vpc): Promise<readonly string[]> {
    const ids: string[] = []
    const block = vpc.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock
    for (const [index, { zone, cidr }] of this.#plan.subnets.entries()) {
      const before = found.find(({ CidrBlock }) => CidrBlock === cidr)
      ids.push(
        before?.SubnetId ??
          (await this.#newSubnet(vpc, { zone, cidr, ipv6: block && ipv6Block(block, index) })),
      )
    }
    return ids
  }

  async #newSubnet(
    { VpcId }: Vpc,
    { zone, cidr, ipv6 }: { readonly zone: string; readonly cidr: string; readonly ipv6: string | undefined },
  ): Promise<string> {
    const doing = this.#say(`make the subnet ${cidr} in ${zone}`)
    const input = {
      VpcId,
      AvailabilityZone: zone,
      CidrBlock: cidr,
      ...(this.#plan.ipv6 && ipv6 !== undefined && { Ipv6CidrBlock: ipv6 }),
      TagSpecifications: this.#tags('subnet'),
    }
    return (await this.#aws.ec2('CreateSubnet', input, doing)).Subnet!.SubnetId!
  }

  async gateway({ gateway }: FoundNetwork, VpcId: string): Promise<string> {
    const doing = 'make the gateway to the internet'
    const made =
      gateway ??
      (
        await this.#aws.ec2(
          'CreateInternetGateway',
          { TagSpecifications: this.#tags('internet-gateway') },
          this.#say(doing),
        )
      ).InternetGateway!
    const InternetGatewayId = made.InternetGatewayId!
    if ((made.Attachments ?? []).length === 0) {
      await this.#aws.ec2('AttachInternetGateway', { InternetGatewayId, VpcId }, doing)
    }
    return InternetGatewayId
  }

  async routes(
    { routes }: FoundNetwork,
    to: { readonly vpc: string; readonly subnets: readonly string[]; readonly gateway: string | undefined },
  ): Promise<void> {
    const doing = 'make the route table'
    const table =
      routes ??
      (
        await this.#aws.ec2(
          'CreateRouteTable',
          { VpcId: to.vpc, TagSpecifications: this.#tags('route-table') },
          this.#say(doing),
        )
      ).RouteTable!
    const RouteTableId = table.RouteTableId!
    const has = new Set((table.Associations ?? []).map(({ SubnetId }) => SubnetId))
    for (const SubnetId of to.subnets.filter((id) => !has.has(id))) {
      await this.#aws.ec2('AssociateRouteTable', { RouteTableId, SubnetId }, doing)
    }
    if (to.gateway === undefined) return
    const routed = new Set(
      (table.Routes ?? []).flatMap((one) => [one.DestinationCidrBlock, one.DestinationIpv6CidrBlock]),
    )
    const out = { RouteTableId, GatewayId: to.gateway }
    if (!routed.has('0.0.0.0/0')) {
      await this.#aws.ec2(
        'CreateRoute',
        { ...out, DestinationCidrBlock: '0.0.0.0/0' },
        this.#say('make the route to the internet'),
      )
    }
    if (this.#plan.ipv6 && !routed.has('::/0')) {
      await this.#aws.ec2(
        'CreateRoute',
        { ...out, DestinationIpv6CidrBlock: '::/0' },
        'make the route to the internet',
      )
    }
  }

  async group({ group }: FoundNetwork, VpcId: string): Promise<void> {
    const { name, ports } = this.#plan
    const GroupId = group?.GroupId ?? (await this.#newGroup(VpcId))
    const missing = ports.filter(
      (one) => !(group?.IpPermissions ?? []).some((permission) => allows(permission, one)),
    )
    if (missing.length === 0) return
    const doing = this.#say(
      `open the ports ${[...new Set(missing.map(({ port }) => port))].join(', ')} of ${name}`,
    )
    await this.#aws.ec2(
      'AuthorizeSecurityGroupIngress',
      { GroupId, IpPermissions: missing.map(permissionOf) },
      doing,
    )
  }

  async #newGroup(VpcId: string): Promise<string> {
    const { name } = this.#plan
    const input = {
      VpcId,
      GroupName: `sluice-${name}`,
      Description: `Kafka clients of ${name}`,
      TagSpecifications: this.#tags('security-group'),
    }
    return (await this.#aws.ec2('CreateSecurityGroup', input, this.#say('make the security group'))).GroupId!
  }

  #say(doing: string): string {
    this.#tell(doing)
    return doing
  }

  #tags(ResourceType: ResourceType): TagSpecification[] {
    const { name } = this.#plan
    const Tags = [
      { Key: networkTag, Value: name },
      { Key: 'Name', Value: `sluice-${name}` },
    ]
    return [{ ResourceType, Tags }]
  }
}

function permissionOf({ port, from, why }: OpenPort): IpPermission {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: from, Description: why }] }
}

function allows({ FromPort, ToPort, IpRanges = [] }: IpPermission, { port, from }: OpenPort): boolean {
  return FromPort === port && ToPort === port && IpRanges.some(({ CidrIp }) => CidrIp === from)
}
