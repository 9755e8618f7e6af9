import type { Cluster } from '@aws-sdk/client-kafka'
import { type Login, loginsOf } from './login.ts'
import {
  type Exporter,
  exportersOf,
  type LogTargets,
  logTargetsOf,
  type MonitoringLevel,
} from './monitoring.ts'

/** What a cluster shall be like; absent: as it is. */
export interface ClusterChanges {
  /** GB of each broker; up only. */
  readonly storageGb?: number | undefined
  readonly storageMaxGb?: number | undefined
  /** Percent. @default 60 */
  readonly storageMark?: number | undefined
  /** MiB/s of each broker; 0 takes it away. */
  readonly throughputMib?: number | undefined
  /** Moves old data to cheaper storage; there is no way back. */
  readonly tiered?: boolean | undefined
  readonly brokersPerZone?: number | undefined
  readonly brokerType?: string | undefined
  readonly kafkaVersion?: string | undefined
  readonly configuration?: { readonly arn: string; readonly revision: number } | undefined
  readonly monitoring?: MonitoringLevel | undefined
  readonly exporters?: readonly Exporter[] | undefined
  readonly logs?: LogTargets | undefined
  readonly logins?: readonly Login[] | undefined
  readonly caArns?: readonly string[] | undefined
  readonly plaintext?: boolean | undefined
  /** Addresses that are reached from the internet. */
  readonly publicAccess?: boolean | undefined
  /** Logins for clients of other VPCs (AWS PrivateLink). */
  readonly vpcLogins?: readonly Exclude<Login, 'none'>[] | undefined
  /** Of express brokers: spreads partitions by itself. */
  readonly rebalancing?: boolean | undefined
}

/** A cluster in the words of `ClusterChanges`. */
export interface ClusterState {
  readonly name: string
  readonly zones: number
  readonly brokers: number
  readonly brokerType: string
  readonly storageGb: number | undefined
  readonly throughputMib: number
  readonly tiered: boolean
  readonly kafkaVersion: string
  readonly configuration: { readonly arn: string; readonly revision: number } | undefined
  readonly monitoring: string
  readonly exporters: readonly Exporter[]
  readonly logs: LogTargets
  readonly logins: readonly Login[]
  readonly caArns: readonly string[]
  readonly plaintext: boolean
  readonly publicAccess: boolean
  readonly vpcLogins: readonly Login[]
  readonly rebalancing: boolean
}

export function stateOf({ ClusterName, Provisioned }: Cluster): ClusterState {
  const group = Provisioned?.BrokerNodeGroupInfo
  const volume = group?.StorageInfo?.EbsStorageInfo
  const software = Provisioned?.CurrentBrokerSoftwareInfo
  const vpc = group?.ConnectivityInfo?.VpcConnectivity?.ClientAuthentication
  const transit = Provisioned?.EncryptionInfo?.EncryptionInTransit?.ClientBroker ?? 'TLS'
  return {
    name: ClusterName ?? '',
    zones: group?.ClientSubnets?.length ?? 0,
    brokers: Provisioned?.NumberOfBrokerNodes ?? 0,
    brokerType: group?.InstanceType ?? '',
    storageGb: volume?.VolumeSize,
    throughputMib: volume?.ProvisionedThroughput?.Enabled
      ? (volume.ProvisionedThroughput.VolumeThroughput ?? 0)
      : 0,
    tiered: Provisioned?.StorageMode === 'TIERED',
    kafkaVersion: software?.KafkaVersion ?? '',
    configuration:
      software?.ConfigurationArn === undefined
        ? undefined
        : { arn: software.ConfigurationArn, revision: software.ConfigurationRevision ?? 0 },
    monitoring: Provisioned?.EnhancedMonitoring ?? 'DEFAULT',
    exporters: exportersOf(Provisioned?.OpenMonitoring),
    logs: logTargetsOf(Provisioned?.LoggingInfo),
    logins: loginsOf(Provisioned?.ClientAuthentication),
    caArns: Provisioned?.ClientAuthentication?.Tls?.CertificateAuthorityArnList ?? [],
    plaintext: transit !== 'TLS',
    publicAccess: (group?.ConnectivityInfo?.PublicAccess?.Type ?? 'DISABLED') !== 'DISABLED',
    vpcLogins: loginsOf(vpc),
    rebalancing: Provisioned?.Rebalancing?.Status === 'ACTIVE',
  }
}
