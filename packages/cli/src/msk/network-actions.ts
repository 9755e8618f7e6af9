import {
  createNetwork,
  deleteNetwork,
  type Exporter,
  findNetwork,
  type Login,
  lookForNetwork,
  type Network,
  networkParts,
  type NetworkPlan,
  planNetwork,
  regionZones,
} from '@sluice/msk'
import { renderTable } from '../stack/table.ts'
import { agree } from './carry-out.ts'
import { type AwsFlags, jsonOf, type Scene } from './declare.ts'

export interface NetworkFlags extends AwsFlags {
  readonly cidr?: string
  readonly zones?: number | readonly string[]
  readonly subnets?: readonly string[]
  readonly login?: readonly Login[]
  readonly prometheus?: readonly Exporter[]
  readonly public?: true
  readonly from?: readonly string[]
  readonly ipv6?: true
  readonly dryRun?: true
}

export interface RemoveFlags extends AwsFlags {
  readonly dryRun?: true
  readonly yes?: true
}

export async function create({ aws, terminal }: Scene, name: string, flags: NetworkFlags): Promise<void> {
  const { cidr, zones, subnets, from, ipv6 } = flags
  const wanted = {
    name,
    cidr,
    zones,
    subnets,
    from,
    ipv6,
    logins: flags.login,
    exporters: flags.prometheus,
    public: flags.public,
  }
  const plan = planNetwork(wanted, await regionZones(aws))
  if (flags.dryRun)
    return terminal.out(flags.json ? jsonOf(plan) : `${networkPlanText(plan)}Nothing was sent.\n`)
  const network = await createNetwork(aws, plan, (doing) => terminal.err(`${doing} ...\n`))
  terminal.err(plan.notes.map((note) => `note: ${note}\n`).join(''))
  terminal.out(flags.json ? jsonOf(network) : networkText(network))
}

function networkPlanText({ cidr, subnets, ports, public: isPublic, ipv6, notes }: NetworkPlan): string {
  const rows = [
    ['VPC', `${cidr}, with DNS host names and DNS support${ipv6 ? ', and a block of IPv6' : ''}`],
    ...subnets.map((one) => ['subnet', `${one.cidr} in ${one.zone}`]),
    ['routes', isPublic ? 'within the VPC, and to the internet by a gateway' : 'within the VPC; private'],
    ...ports.map(({ port, from, why }) => ['open', `port ${port} for ${from}: ${why}`]),
    ['takes', 'a minute'],
    ['costs', 'nothing by itself'],
  ]
  return renderTable(rows) + notes.map((note) => `note: ${note}\n`).join('')
}

function networkText({ name, vpc, cidr, subnets, securityGroup, public: isPublic }: Network): string {
  return (
    renderTable([
      ['network', name],
      ['VPC', `${vpc}, ${cidr}${isPublic ? ', public' : ''}`],
      ...subnets.map(({ id, zone, cidr: block }) => ['subnet', `${id}, ${block} in ${zone}`]),
      ['security group', securityGroup],
    ]) +
    `A cluster takes it by --network ${name}, or by\n` +
    `  --subnets ${subnets.map(({ id }) => id).join(',')} --security-groups ${securityGroup}\n`
  )
}

export async function show({ aws, terminal }: Scene, name: string, flags: AwsFlags): Promise<void> {
  const network = await findNetwork(aws, name)
  terminal.out(flags.json ? jsonOf(network) : networkText(network))
}

export async function remove({ aws, terminal }: Scene, name: string, flags: RemoveFlags): Promise<void> {
  const parts = networkParts(await lookForNetwork(aws, name))
  if (parts.length === 0) return terminal.err(`There is nothing of a network ${name}.\n`)
  const text = parts.map((part) => `-  ${part}\n`).join('')
  if (flags.dryRun) return terminal.out(`${text}Nothing was sent.\n`)
  terminal.err(text)
  await agree(terminal, name, flags.yes === true)
  await deleteNetwork(aws, name, (doing) => terminal.err(`${doing} ...\n`))
}
