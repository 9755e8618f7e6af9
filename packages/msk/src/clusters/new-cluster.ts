import type { Change } from '../plan.ts'
import type { Login } from './login.ts'
import { type Exporter, type LogTargets, logTargetsText, type MonitoringLevel } from './monitoring.ts'

/** A cluster to be made. Only the name and where it lies have no recommended value. */
export interface NewCluster {
  readonly name: string
  /** One in each zone; their number can't be changed later. */
  readonly subnets: readonly string[]
  /** @default the VPC's own */
  readonly securityGroups?: readonly string[] | undefined
  /** @default 3.9.x.kraft where it is offered, else the newest */
  readonly kafkaVersion?: string | undefined
  /** `kafka.t3.small` for a try, `express.m7g.large` without storage to look after. @default kafka.m7g.large */
  readonly brokerType?: string | undefined
  /** @default 1 */
  readonly brokersPerZone?: number | undefined
  /** GB of each broker. @default 100 */
  readonly storageGb?: number | undefined
  /** Grows storage by itself, up to here. @default it doesn't */
  readonly storageMaxGb?: number | undefined
  /** Percent of used storage at which it grows. @default 60 */
  readonly storageMark?: number | undefined
  /** MiB/s of each broker's volume, billed by itself. */
  readonly throughputMib?: number | undefined
  /** Moves old data to cheaper storage. */
  readonly tiered?: boolean | undefined
  /** @default iam */
  readonly logins?: readonly Login[] | undefined
  readonly caArns?: readonly string[] | undefined
  /** Lets clients speak without TLS, besides. */
  readonly plaintext?: boolean | undefined
  /** For data at rest. @default AWS's own */
  readonly kmsKey?: string | undefined
  /** @default PER_BROKER */
  readonly monitoring?: MonitoringLevel | undefined
  readonly exporters?: readonly Exporter[] | undefined
  readonly logs?: LogTargets | undefined
  readonly configuration?: { readonly arn: string; readonly revision: number } | undefined
  /** Addresses of IPv6 besides. */
  readonly dualStack?: boolean | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** What has a value in any case, once it is filled in. */
export interface Filled {
  readonly brokerType: string
  readonly kafkaVersion: string
  readonly brokersPerZone: number
  readonly storageGb: number | undefined
  readonly logins: readonly Login[]
  readonly monitoring: MonitoringLevel
}

export type FullCluster = Omit<NewCluster, keyof Filled> & Filled

export function changesOf(full: FullCluster): readonly Change[] {
  const { subnets, brokersPerZone, securityGroups = [], caArns = [] } = full
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ['Kafka', full.kafkaVersion],
    [
      'brokers',
      `${brokersPerZone * subnets.length} of ${full.brokerType}, ${brokersPerZone} in each of ${subnets.length} zones`,
    ],
    [
      'storage',
      full.storageGb === undefined
        ? undefined
        : `${full.storageGb} GB a broker${full.tiered ? ', tiered' : ''}`,
    ],
    ['throughput', full.throughputMib === undefined ? undefined : `${full.throughputMib} MiB/s a broker`],
    ['subnets', subnets.join(', ')],
    ['security groups', securityGroups.join(', ') || undefined],
    ['login', full.logins.join(', ')],
    ['authorities', caArns.join(', ') || undefined],
    [
      'encryption',
      `${full.plaintext ? 'TLS and plaintext' : 'TLS'}, between brokers, at rest${full.kmsKey ? ` by ${full.kmsKey}` : ''}`,
    ],
    [
      'monitoring',
      `${full.monitoring}${full.exporters?.length ? `; Prometheus: ${full.exporters.join(', ')}` : ''}`,
    ],
    ['logs', logTargetsText(full.logs ?? {})],
    [
      'configuration',
      full.configuration && `${full.configuration.arn} revision ${full.configuration.revision}`,
    ],
  ]
  return rows.flatMap(([name, to]) => (to === undefined ? [] : [{ name, to }]))
}

export function billOf({ throughputMib, subnets, brokersPerZone }: FullCluster, express: boolean): string {
  const count = subnets.length * brokersPerZone
  const throughput =
    throughputMib === undefined ? '' : ', and the provisioned throughput: a bill of its own for each MiB/s'
  return express
    ? `each hour of ${count} brokers, data written, data stored`
    : `each hour of ${count} brokers, and their storage whether used or not${throughput}`
}

export function notesOf(full: FullCluster, express: boolean): readonly string[] {
  return [
    `the number of zones (${full.subnets.length}) is final.`,
    ...(full.subnets.length === 2
      ? [
          '2 zones are for development only: while one broker is away, topics with min.insync.replicas=2 take no data.',
        ]
      : []),
    ...(full.brokerType === 'kafka.t3.small'
      ? ['kafka.t3.small is for tries: it takes 4 new connections by IAM a second.']
      : []),
    ...(!express && full.storageMaxGb === undefined
      ? ['storage doesn’t grow by itself: a broker whose storage is full stops (--storage-max).']
      : []),
  ]
}
