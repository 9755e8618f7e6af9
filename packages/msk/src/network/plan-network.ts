import { holdRules } from '../api/msk-error.ts'
import type { Login } from '../clusters/login.ts'
import type { Exporter } from '../clusters/monitoring.ts'
import { nameRule } from '../clusters/rules.ts'
import { type Cidr, cidrText, contains, firstBlocks, overlap, parseCidr } from './cidr.ts'

/** A network for a cluster. Everything but the name has a recommended value. */
export interface NewNetwork {
  /** Stands in the tags of all that belongs to it; by that it is found again. */
  readonly name: string
  /** @default 10.0.0.0/16 */
  readonly cidr?: string | undefined
  /** Zones of the region: by name, or how many. Final. @default 3 */
  readonly zones?: readonly string[] | number | undefined
  /** Blocks of the subnets, one for each zone. @default the first in the VPC's, sixteen times smaller */
  readonly subnets?: readonly string[] | undefined
  /** Ports are opened for these. @default iam */
  readonly logins?: readonly Login[] | undefined
  /** Ports for Prometheus. */
  readonly exporters?: readonly Exporter[] | undefined
  /** Reachable from the internet: a gateway and routes, and the ports of public addresses. */
  readonly public?: boolean | undefined
  /** Who may connect, as blocks of addresses. @default the VPC; with public there is none */
  readonly from?: readonly string[] | undefined
  /** Blocks of IPv6 besides, /64 for each subnet. */
  readonly ipv6?: boolean | undefined
}

/** All that a network consists of, decided. */
export interface NetworkPlan {
  readonly name: string
  readonly cidr: string
  readonly subnets: ReadonlyArray<{ readonly zone: string; readonly cidr: string }>
  readonly ports: readonly OpenPort[]
  readonly public: boolean
  readonly ipv6: boolean
  readonly notes: readonly string[]
}

export interface OpenPort {
  readonly port: number
  readonly from: string
  /** What it is for: `login by iam`. */
  readonly why: string
}

const inside = { iam: 9098, scram: 9096, tls: 9094, none: 9092 } as const
const outside = { iam: 9198, scram: 9196, tls: 9194 } as const
const monitoring = { jmx: 11_001, node: 11_002 } as const

/** Decides on blocks and ports. `available` are the region's zones. Throws an MskRuleError with all that won't do. */
export function planNetwork(wanted: NewNetwork, available: readonly string[]): NetworkPlan {
  const { name, cidr = '10.0.0.0/16', from = [] } = wanted
  const zones = typeof wanted.zones === 'object' ? wanted.zones : available.slice(0, wanted.zones ?? 3)
  const vpc = attempt(() => parseCidr(cidr))
  const blocks = attempt(() => subnetBlocks(vpc.value, wanted.subnets, zones.length))
  const sources = from.map((text) => attempt(() => parseCidr(text)))
  holdRules([
    nameRule(name, 'a network'),
    zonesRule(wanted.zones, zones, available),
    vpc.problem,
    vpc.value && sizeRule('a VPC', vpc.value),
    blocks.problem,
    ...(blocks.value === undefined || vpc.value === undefined
      ? []
      : blockRules(vpc.value, blocks.value, zones.length)),
    ...sources.map(({ problem }) => problem),
    ...loginRules(wanted),
  ])
  return {
    name,
    cidr,
    subnets: zones.map((zone, index) => ({ zone, cidr: cidrText(blocks.value![index]!) })),
    ports: portsOf(wanted, cidr),
    public: wanted.public === true,
    ipv6: wanted.ipv6 === true,
    notes: notesOf(zones, available),
  }
}

/** Those given, else the first that are sixteen times smaller than the VPC; a /28 is the smallest. */
function subnetBlocks(
  vpc: Cidr | undefined,
  given: readonly string[] | undefined,
  count: number,
): readonly Cidr[] | undefined {
  if (given !== undefined) return given.map(parseCidr)
  if (vpc === undefined) return undefined
  return firstBlocks(vpc, Math.min(vpc.prefix + 4, 28), count)
}

function zonesRule(
  asked: NewNetwork['zones'],
  zones: readonly string[],
  available: readonly string[],
): string | undefined {
  const unknown = zones.filter((zone) => !available.includes(zone))
  if (unknown.length > 0)
    return `the region has the zones ${available.join(', ')}; ${unknown.join(', ')} is none of them`
  if (new Set(zones).size < zones.length)
    return `each zone has one subnet; ${zones.join(', ')} has a zone twice`
  const count = typeof asked === 'number' ? asked : zones.length
  if (count !== 2 && count !== 3) return `brokers run in 2 or 3 zones, not in ${count}`
  return zones.length === count
    ? undefined
    : `the region has ${available.length} zones (${available.join(', ')}), not ${count}`
}

function sizeRule(what: string, { prefix }: Cidr): string | undefined {
  return prefix >= 16 && prefix <= 28 ? undefined : `the block of ${what} is /16 to /28; /${prefix} isn't`
}

function blockRules(vpc: Cidr, blocks: readonly Cidr[], zones: number): ReadonlyArray<string | undefined> {
  const strays = blocks.filter((one) => !contains(vpc, one)).map(cidrText)
  const crossing = blocks.flatMap((one, index) =>
    blocks
      .slice(index + 1)
      .flatMap((other) => (overlap(one, other) ? [`${cidrText(one)} and ${cidrText(other)}`] : [])),
  )
  return [
    blocks.length === zones
      ? undefined
      : `there is one subnet for each zone: ${zones} zones, ${blocks.length} blocks`,
    ...blocks.map((one) => sizeRule('a subnet', one)),
    strays.length === 0
      ? undefined
      : `subnets lie inside the VPC's ${cidrText(vpc)}; ${strays.join(', ')} doesn't`,
    crossing.length === 0 ? undefined : `subnets don't overlap; ${crossing.join('; ')} do`,
  ]
}

function loginRules({
  logins = ['iam'],
  from = [],
  public: isPublic,
}: NewNetwork): ReadonlyArray<string | undefined> {
  return [
    logins.length === 0 ? 'say which logins the ports are for: iam, scram, tls, none' : undefined,
    isPublic && logins.includes('none')
      ? 'public addresses let nobody in without a login: take none away'
      : undefined,
    isPublic && from.length === 0
      ? 'with public addresses, say who may connect: --from, such as your office’s 198.51.100.0/24'
      : undefined,
  ]
}

function portsOf(
  { logins = ['iam'], exporters = [], from, public: isPublic }: NewNetwork,
  cidr: string,
): readonly OpenPort[] {
  const within = isPublic ? [cidr] : (from ?? [cidr])
  const near = within.flatMap((source) => [
    ...logins.map((login) => ({ port: inside[login], from: source, why: loginText(login) })),
    ...exporters.map((exporter) => ({
      port: monitoring[exporter],
      from: source,
      why: `Prometheus: ${exporter === 'jmx' ? 'JMX' : 'node'} exporter`,
    })),
  ])
  const far = (isPublic ? (from ?? []) : []).flatMap((source) =>
    logins.flatMap((login) =>
      login === 'none' ? [] : [{ port: outside[login], from: source, why: `${loginText(login)}, public` }],
    ),
  )
  return [...near, ...far]
}

function loginText(login: Login): string {
  return login === 'none' ? 'no login, no TLS' : `login by ${login}`
}

function notesOf(zones: readonly string[], available: readonly string[]): readonly string[] {
  return [
    `the region's zones are ${available.join(', ')}; the cluster gets ${zones.length}, and that number is final.`,
    ...(zones.length === 2 ? ['2 zones are for development only.'] : []),
  ]
}

function attempt<T>(body: () => T): { readonly value?: T; readonly problem?: string } {
  try {
    return { value: body() }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
