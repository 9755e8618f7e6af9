import type { Aws } from '../api/aws.ts'
import { type FoundNetwork, lookForNetwork } from './find-network.ts'
import type { Tell } from './create-network.ts'

/** Deletes all that has the network's tag; nothing happens where there is nothing. Rejects where a cluster or an instance still stands in it. */
export async function deleteNetwork(aws: Aws, name: string, tell: Tell = () => {}): Promise<void> {
  const found = await lookForNetwork(aws, name)
  // what others hang on to goes last
  await deleteGroup(aws, found, tell)
  await deleteSubnets(aws, found, tell)
  await deleteRoutes(aws, found, tell)
  await deleteGateway(aws, found, tell)
  const { vpc } = found
  if (vpc === undefined) return
  const doing = `delete the VPC ${vpc.CidrBlock}`
  tell(doing)
  await aws.ec2('DeleteVpc', { VpcId: vpc.VpcId }, doing)
}

/** What `deleteNetwork` would delete, for people. */
export function networkParts({ vpc, subnets, gateway, routes, group }: FoundNetwork): readonly string[] {
  return [
    ...(group ? [`security group ${group.GroupId}`] : []),
    ...subnets.map(
      ({ SubnetId, CidrBlock, AvailabilityZone }) =>
        `subnet ${SubnetId}, ${CidrBlock} in ${AvailabilityZone}`,
    ),
    ...(routes ? [`route table ${routes.RouteTableId}`] : []),
    ...(gateway ? [`gateway ${gateway.InternetGatewayId}`] : []),
    ...(vpc ? [`VPC ${vpc.VpcId}, ${vpc.CidrBlock}`] : []),
  ]
}

async function deleteGroup(aws: Aws, { group }: FoundNetwork, tell: Tell): Promise<void> {
  if (group === undefined) return
  const doing = 'delete the security group'
  tell(doing)
  await aws.ec2('DeleteSecurityGroup', { GroupId: group.GroupId }, doing)
}

async function deleteSubnets(aws: Aws, { subnets, routes }: FoundNetwork, tell: Tell): Promise<void> {
  for (const { RouteTableAssociationId, Main } of routes?.Associations ?? []) {
    if (Main) continue
    await aws.ec2(
      'DisassociateRouteTable',
      { AssociationId: RouteTableAssociationId },
      'take a subnet from its routes',
    )
  }
  for (const { SubnetId, CidrBlock } of subnets) {
    const doing = `delete the subnet ${CidrBlock}`
    tell(doing)
    await aws.ec2('DeleteSubnet', { SubnetId }, doing)
  }
}

async function deleteRoutes(aws: Aws, { routes }: FoundNetwork, tell: Tell): Promise<void> {
  if (routes === undefined) return
  const doing = 'delete the route table'
  tell(doing)
  await aws.ec2('DeleteRouteTable', { RouteTableId: routes.RouteTableId }, doing)
}

async function deleteGateway(aws: Aws, { gateway }: FoundNetwork, tell: Tell): Promise<void> {
  if (gateway === undefined) return
  const doing = 'delete the gateway to the internet'
  tell(doing)
  const { InternetGatewayId } = gateway
  for (const { VpcId } of gateway.Attachments ?? []) {
    await aws.ec2('DetachInternetGateway', { InternetGatewayId, VpcId }, doing)
  }
  await aws.ec2('DeleteInternetGateway', { InternetGatewayId }, doing)
}
