import {
  applyChanges,
  bootstrapAddresses,
  describeCluster,
  exportersOf,
  findCluster,
  isArn,
  listClusters,
  listNodes,
  loginsOf,
  logTargetsOf,
  logTargetsText,
  offeredVersions,
  planDelete,
  planReboot,
  upgradesOf,
} from '@sluice/msk'
import { renderTable } from '../stack/table.ts'
import { carryOut } from './carry-out.ts'
import { type ActFlags, type AwsFlags, jsonOf, MskUsageError, mskExit, type Scene } from './declare.ts'

export type ListFlags = AwsFlags

interface BrokerFlags extends ActFlags {
  readonly storage?: number
  readonly storageMax?: number
  readonly storageMark?: number
  readonly throughput?: number
  readonly tiered?: true
  readonly brokersPerZone?: number
  readonly brokerType?: string
  readonly kafkaVersion?: string
  readonly configuration?: string
  readonly revision?: number
  readonly monitoring?: string
  readonly prometheus?: readonly string[]
  readonly logCloudwatch?: string
  readonly logS3?: string
  readonly logFirehose?: string
  /** False by --no-logs. */
  readonly logs?: boolean
  readonly login?: readonly string[]
  readonly ca?: readonly string[]
  readonly plaintext?: boolean
}

export interface CreateFlags extends BrokerFlags {
  readonly network?: string
  readonly subnets?: readonly string[]
  readonly securityGroups?: readonly string[]
  readonly kmsKey?: string
  readonly dualStack?: true
  readonly serverless?: true
  readonly tag?: readonly string[]
}

export interface ChangeFlags extends BrokerFlags {
  readonly public?: boolean
  readonly vpcLogin?: readonly string[]
  readonly rebalancing?: boolean
}

export interface BootstrapFlags extends AwsFlags {
  readonly login?: string
  readonly way?: string
}

export async function list({ aws, terminal }: Scene, flags: ListFlags): Promise<void> {
  const all = await listClusters(aws)
  if (flags.json) return terminal.out(jsonOf(all))
  if (all.length === 0)
    return terminal.out('There are no clusters here. Make one: sluice msk cluster create --help\n')
  terminal.out(
    renderTable([
      ['NAME', 'STATE', 'KAFKA', 'BROKERS', 'LOGIN'],
      ...all.map(({ ClusterName = '', State = '', Provisioned }) => [
        ClusterName,
        State,
        Provisioned?.CurrentBrokerSoftwareInfo?.KafkaVersion ?? '-',
        Provisioned === undefined
          ? 'serverless'
          : `${Provisioned.NumberOfBrokerNodes} ${Provisioned.BrokerNodeGroupInfo?.InstanceType}`,
        Provisioned === undefined ? 'iam' : loginsOf(Provisioned.ClientAuthentication).join(', ') || 'none',
      ]),
    ]),
  )
}

export async function describe({ aws, terminal }: Scene, name: string, flags: AwsFlags): Promise<number> {
  const found = await findCluster(aws, name)
  // a list may be late
  const cluster = isArn(name) ? found : await describeCluster(aws, found.ClusterArn ?? '')
  terminal.out(flags.json ? jsonOf(cluster) : describeText(cluster))
  return cluster.State === 'ACTIVE' ? mskExit.done : mskExit.unhealthy
}

type Cluster = Awaited<ReturnType<typeof findCluster>>

function describeText({ Provisioned, Serverless, ...cluster }: Cluster): string {
  const group = Provisioned?.BrokerNodeGroupInfo
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ['name', cluster.ClusterName],
    ['ARN', cluster.ClusterArn],
    ['state', [cluster.State, cluster.StateInfo?.Message].filter(Boolean).join(': ')],
    ['made', cluster.CreationTime?.toISOString()],
    ['version', cluster.CurrentVersion],
    ['Kafka', Provisioned?.CurrentBrokerSoftwareInfo?.KafkaVersion],
    ['brokers', Provisioned && `${Provisioned.NumberOfBrokerNodes} of ${group?.InstanceType}`],
    ['storage', volumeText(Provisioned)],
    ['subnets', (group?.ClientSubnets ?? Serverless?.VpcConfigs?.[0]?.SubnetIds)?.join(', ')],
    ['security groups', (group?.SecurityGroups ?? Serverless?.VpcConfigs?.[0]?.SecurityGroupIds)?.join(', ')],
    ['login', Serverless ? 'iam' : loginsOf(Provisioned?.ClientAuthentication).join(', ') || 'none'],
    ['clients', Provisioned?.EncryptionInfo?.EncryptionInTransit?.ClientBroker],
    ['public', Provisioned && (group?.ConnectivityInfo?.PublicAccess?.Type ?? 'DISABLED')],
    ['monitoring', Provisioned?.EnhancedMonitoring],
    ['Prometheus', Provisioned && (exportersOf(Provisioned.OpenMonitoring).join(', ') || 'none')],
    ['logs', Provisioned && logTargetsText(logTargetsOf(Provisioned.LoggingInfo))],
    ['configuration', Provisioned?.CurrentBrokerSoftwareInfo?.ConfigurationArn],
    ['under way', cluster.ActiveOperationArn],
    [
      'tags',
      Object.entries(cluster.Tags ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    ],
  ]
  return renderTable(
    rows.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]])),
  )
}

function volumeText(provisioned: Cluster['Provisioned']): string | undefined {
  const volume = provisioned?.BrokerNodeGroupInfo?.StorageInfo?.EbsStorageInfo
  if (volume?.VolumeSize === undefined) return undefined
  const { ProvisionedThroughput: throughput } = volume
  const fast = throughput?.Enabled ? `, ${throughput.VolumeThroughput} MiB/s` : ''
  return `${volume.VolumeSize} GB a broker${fast}, ${provisioned?.StorageMode ?? 'LOCAL'}`
}

export async function remove({ aws, terminal }: Scene, name: string, flags: ActFlags): Promise<void> {
  const cluster = await findCluster(aws, name)
  const plan = planDelete(cluster)
  const done = await carryOut(terminal, plan, flags, (how) =>
    applyChanges(aws, cluster.ClusterArn ?? '', plan, how),
  )
  if (done !== undefined)
    terminal.err(flags.wait ? `${plan.of} is deleted.\n` : `${plan.of} is being deleted.\n`)
}

export async function reboot(
  { aws, terminal }: Scene,
  name: string,
  brokers: readonly number[],
  flags: ActFlags,
): Promise<void> {
  const cluster = await findCluster(aws, name)
  const plan = planReboot(cluster, brokers)
  const done = await carryOut(terminal, plan, flags, (how) =>
    applyChanges(aws, cluster.ClusterArn ?? '', plan, how),
  )
  if (done !== undefined && flags.json) terminal.out(jsonOf(done))
}

export async function bootstrap(
  { aws, terminal }: Scene,
  name: string,
  flags: BootstrapFlags,
): Promise<void> {
  const { ClusterArn = '', State } = await findCluster(aws, name)
  const all = await bootstrapAddresses(aws, ClusterArn)
  const fits = all.filter(({ login, way }) => (flags.login ?? login) === login && (flags.way ?? way) === way)
  if (fits.length === 0) {
    const others = all.map(({ login, way }) => `${login} (${way})`).join(', ')
    throw new MskUsageError(
      `${name} has no such address${others === '' ? `; it is ${State} and has none yet` : `; it has ${others}`}.`,
    )
  }
  if (flags.json) return terminal.out(jsonOf(fits))
  if (flags.login !== undefined || flags.way !== undefined) return terminal.out(`${fits[0]!.servers}\n`)
  terminal.out(
    renderTable([
      ['LOGIN', 'WAY', 'SERVERS'],
      ...fits.map(({ login, way, servers }) => [login, way, servers]),
    ]),
  )
}

export async function nodes({ aws, terminal }: Scene, name: string, flags: AwsFlags): Promise<void> {
  const { ClusterArn = '' } = await findCluster(aws, name)
  const all = await listNodes(aws, ClusterArn)
  if (flags.json) return terminal.out(jsonOf(all))
  terminal.out(
    renderTable([
      ['BROKER', 'TYPE', 'SUBNET', 'ADDRESS', 'KAFKA', 'ENDPOINTS'],
      ...all.map(
        ({ BrokerNodeInfo: broker, ControllerNodeInfo: controller, InstanceType = '-', NodeType = '' }) => [
          broker === undefined ? NodeType.toLowerCase() : String(broker.BrokerId),
          InstanceType,
          broker?.ClientSubnet ?? '-',
          broker?.ClientVpcIpAddress ?? '-',
          broker?.CurrentBrokerSoftwareInfo?.KafkaVersion ?? '-',
          (broker?.Endpoints ?? controller?.Endpoints ?? []).join(', '),
        ],
      ),
    ]),
  )
}

export async function versions(
  { aws, terminal }: Scene,
  name: string | undefined,
  flags: AwsFlags,
): Promise<void> {
  if (name !== undefined) {
    const { ClusterArn = '' } = await findCluster(aws, name)
    const upgrades = await upgradesOf(aws, ClusterArn)
    return terminal.out(flags.json ? jsonOf(upgrades) : upgrades.map((version) => `${version}\n`).join(''))
  }
  const offered = await offeredVersions(aws)
  if (flags.json) return terminal.out(jsonOf(offered))
  terminal.out(renderTable([['KAFKA', 'STATUS'], ...offered.map(({ version, status }) => [version, status])]))
}
