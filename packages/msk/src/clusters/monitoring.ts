import type { LoggingInfo, OpenMonitoringInfo } from '@aws-sdk/client-kafka'

export const monitoringLevels = [
  'DEFAULT',
  'PER_BROKER',
  'PER_TOPIC_PER_BROKER',
  'PER_TOPIC_PER_PARTITION',
] as const

export type MonitoringLevel = (typeof monitoringLevels)[number]

/** What brokers offer to Prometheus: `jmx` on port 11001, `node` on 11002. */
export type Exporter = 'jmx' | 'node'

export const exporters = ['jmx', 'node'] as const satisfies readonly Exporter[]

/** Where brokers' logs go; several at once are possible. */
export interface LogTargets {
  readonly cloudWatchGroup?: string | undefined
  /** `bucket` or `bucket/prefix`. */
  readonly s3?: string | undefined
  readonly firehose?: string | undefined
}

export function openMonitoringOf(wanted: readonly Exporter[]): OpenMonitoringInfo {
  return {
    Prometheus: {
      JmxExporter: { EnabledInBroker: wanted.includes('jmx') },
      NodeExporter: { EnabledInBroker: wanted.includes('node') },
    },
  }
}

export function exportersOf(info: OpenMonitoringInfo | undefined): readonly Exporter[] {
  const { JmxExporter, NodeExporter } = info?.Prometheus ?? {}
  return [
    ...(JmxExporter?.EnabledInBroker ? (['jmx'] as const) : []),
    ...(NodeExporter?.EnabledInBroker ? (['node'] as const) : []),
  ]
}

export function loggingOf({ cloudWatchGroup, s3, firehose }: LogTargets): LoggingInfo {
  const [bucket, ...prefix] = s3?.split('/') ?? []
  return {
    BrokerLogs: {
      CloudWatchLogs: {
        Enabled: cloudWatchGroup !== undefined,
        ...(cloudWatchGroup && { LogGroup: cloudWatchGroup }),
      },
      Firehose: { Enabled: firehose !== undefined, ...(firehose && { DeliveryStream: firehose }) },
      S3: {
        Enabled: s3 !== undefined,
        ...(bucket && { Bucket: bucket }),
        ...(prefix.length > 0 && { Prefix: prefix.join('/') }),
      },
    },
  }
}

export function logTargetsOf(info: LoggingInfo | undefined): LogTargets {
  const { CloudWatchLogs, S3, Firehose } = info?.BrokerLogs ?? {}
  return {
    ...(CloudWatchLogs?.Enabled && { cloudWatchGroup: CloudWatchLogs.LogGroup }),
    ...(S3?.Enabled && { s3: [S3.Bucket, S3.Prefix].filter(Boolean).join('/') }),
    ...(Firehose?.Enabled && { firehose: Firehose.DeliveryStream }),
  }
}

export function logTargetsText({ cloudWatchGroup, s3, firehose }: LogTargets): string {
  const all = [
    cloudWatchGroup && `CloudWatch ${cloudWatchGroup}`,
    s3 && `S3 ${s3}`,
    firehose && `Firehose ${firehose}`,
  ]
  return all.filter(Boolean).join(', ') || 'none'
}
