// Steps of an update that are about brokers: their storage, number, type, metrics, settings. Each is undefined where nothing is to be changed.
import type { Step } from '../plan.ts'
import type { ClusterChanges, ClusterState } from './cluster-state.ts'
import { loggingOf, logTargetsText, openMonitoringOf } from './monitoring.ts'
import { growthStepOf } from './scale-storage.ts'
import { configurationText, listOf, restarts, rolling } from './step-words.ts'

export function storageStep(
  now: ClusterState,
  { storageGb = now.storageGb, throughputMib = now.throughputMib, tiered = now.tiered }: ClusterChanges,
): Step | undefined {
  const grows = storageGb !== now.storageGb
  const faster = throughputMib !== now.throughputMib
  const moves = tiered !== now.tiered
  if (!grows && !faster && !moves) return undefined
  const mode = (is: boolean): string => (is ? 'TIERED' : 'LOCAL')
  return {
    doing: `change the storage of ${now.name}`,
    changes: [
      ...(grows
        ? [{ name: 'storage', from: `${now.storageGb} GB a broker`, to: `${storageGb} GB a broker` }]
        : []),
      ...(faster
        ? [{ name: 'throughput', from: throughputText(now.throughputMib), to: throughputText(throughputMib) }]
        : []),
      ...(moves ? [{ name: 'storage mode', from: mode(now.tiered), to: mode(tiered) }] : []),
    ],
    takes:
      'some minutes to a day while volumes are optimised; brokers go on, and storage can’t be changed again for six hours',
    bill:
      faster && throughputMib > 0
        ? 'provisioned throughput has a bill of its own, for each MiB/s'
        : 'the larger volumes',
    ...(moves && { danger: 'tiered storage can’t be switched off again' }),
    operation: 'UpdateStorage',
    input: {
      ...(grows && { VolumeSizeGB: storageGb }),
      ...(faster && {
        ProvisionedThroughput:
          throughputMib === 0 ? { Enabled: false } : { Enabled: true, VolumeThroughput: throughputMib },
      }),
      ...(moves && { StorageMode: mode(tiered) }),
    },
  }
}

function throughputText(mib: number): string {
  return mib === 0 ? 'as the volume gives' : `${mib} MiB/s a broker`
}

export function growthStep(
  now: ClusterState,
  { storageGb, storageMaxGb, storageMark = 60 }: ClusterChanges,
): Step | undefined {
  if (storageMaxGb === undefined) return undefined
  return growthStepOf(now.name, {
    fromGb: storageGb ?? now.storageGb ?? 0,
    toGb: storageMaxGb,
    mark: storageMark,
  })
}

export function monitoringStep(now: ClusterState, wanted: ClusterChanges): Step | undefined {
  const { monitoring = now.monitoring, exporters = now.exporters, logs = now.logs } = wanted
  const level = monitoring !== now.monitoring
  const open = listOf(exporters) !== listOf(now.exporters)
  const log = logTargetsText(logs) !== logTargetsText(now.logs)
  if (!level && !open && !log) return undefined
  return {
    doing: `change the monitoring of ${now.name}`,
    changes: [
      ...(level ? [{ name: 'monitoring', from: now.monitoring, to: monitoring }] : []),
      ...(open ? [{ name: 'Prometheus', from: listOf(now.exporters), to: listOf(exporters) }] : []),
      ...(log ? [{ name: 'logs', from: logTargetsText(now.logs), to: logTargetsText(logs) }] : []),
    ],
    takes: '10 to 30 minutes; brokers go on',
    ...(level && monitoring !== 'DEFAULT' && { bill: 'CloudWatch, for each metric' }),
    operation: 'UpdateMonitoring',
    input: {
      ...(level && { EnhancedMonitoring: monitoring }),
      ...(open && { OpenMonitoring: openMonitoringOf(exporters) }),
      ...(log && { LoggingInfo: loggingOf(logs) }),
    },
  }
}

export function countStep(now: ClusterState, { brokersPerZone }: ClusterChanges): Step | undefined {
  const count = (brokersPerZone ?? 0) * now.zones
  if (brokersPerZone === undefined || count === now.brokers) return undefined
  return {
    doing: `${count > now.brokers ? 'add brokers to' : 'take brokers from'} ${now.name}`,
    changes: [{ name: 'brokers', from: String(now.brokers), to: `${count}, ${brokersPerZone} a zone` }],
    takes: '15 to 40 minutes; partitions stay where they are until they are reassigned',
    bill: `each hour of ${count} brokers`,
    ...(count < now.brokers && {
      danger:
        'a broker is taken only when it holds no partitions: move them away first (kafka-reassign-partitions)',
    }),
    operation: 'UpdateBrokerCount',
    input: { TargetNumberOfBrokerNodes: count },
  }
}

export function typeStep(now: ClusterState, { brokerType }: ClusterChanges): Step | undefined {
  if (brokerType === undefined || brokerType === now.brokerType) return undefined
  return {
    doing: `change the brokers of ${now.name}`,
    changes: [{ name: 'broker type', from: now.brokerType, to: brokerType }],
    takes: rolling(now),
    bill: `each hour of ${now.brokers} ${brokerType}`,
    danger: 'brokers are replaced one by one: partitions without replicas are away meanwhile',
    operation: 'UpdateBrokerType',
    input: { TargetInstanceType: brokerType },
  }
}

export function configurationStep(
  now: ClusterState,
  { configuration, kafkaVersion }: ClusterChanges,
): Step | undefined {
  if (configuration === undefined || (kafkaVersion !== undefined && kafkaVersion !== now.kafkaVersion))
    return undefined
  const before = now.configuration && configurationText(now.configuration)
  if (before === configurationText(configuration)) return undefined
  return {
    doing: `give ${now.name} another configuration`,
    changes: [{ name: 'configuration', from: before, to: configurationText(configuration) }],
    takes: rolling(now),
    danger: restarts,
    operation: 'UpdateClusterConfiguration',
    input: { ConfigurationInfo: { Arn: configuration.arn, Revision: configuration.revision } },
  }
}
