import type { CreateClusterV2Request } from '@aws-sdk/client-kafka'
import { holdRules } from '../api/msk-error.ts'
import type { Plan, Step } from '../plan.ts'
import { clientAuthenticationOf } from './login.ts'
import { loggingOf, openMonitoringOf } from './monitoring.ts'
import { billOf, changesOf, type FullCluster, type NewCluster, notesOf } from './new-cluster.ts'
import * as rules from './rules.ts'
import { growthStepOf } from './scale-storage.ts'
import { type OfferedVersion, recommendedVersion, versionRule } from './versions.ts'

/** A serverless cluster: nothing of brokers is chosen, and clients log in by IAM. */
export type NewServerlessCluster = Pick<NewCluster, 'name' | 'subnets' | 'securityGroups' | 'tags'>

/** Throws an MskRuleError with all that won't do, as far as that can be said without asking AWS for the versions that it offers. */
export function checkNewCluster(wanted: NewCluster): void {
  holdRules(problemsOf(wanted))
}

/** What makes the cluster, for `applyCreate`. Throws an MskRuleError with all that won't do. */
export function planCreate(wanted: NewCluster, offered: readonly OfferedVersion[]): Plan {
  const full = filled(wanted, offered)
  holdRules([...problemsOf(wanted), versionRule(full.kafkaVersion, offered)])
  const express = rules.kindOf(full.brokerType) === 'express'
  const create: Step = {
    doing: `create the cluster ${wanted.name}`,
    changes: changesOf(full),
    takes: '15 to 40 minutes until it is ACTIVE',
    bill: billOf(full, express),
    operation: 'CreateClusterV2',
    input: requestOf(full, express),
  }
  return {
    of: wanted.name,
    steps: [create, ...scalingSteps(wanted.name, full.storageGb, wanted)],
    notes: notesOf(full, express),
  }
}

function filled(wanted: NewCluster, offered: readonly OfferedVersion[]): FullCluster {
  const brokerType = wanted.brokerType ?? 'kafka.m7g.large'
  return {
    ...wanted,
    brokerType,
    kafkaVersion: wanted.kafkaVersion ?? recommendedVersion(offered) ?? '',
    brokersPerZone: wanted.brokersPerZone ?? 1,
    storageGb: rules.kindOf(brokerType) === 'express' ? undefined : (wanted.storageGb ?? 100),
    logins: wanted.logins ?? ['iam'],
    monitoring: wanted.monitoring ?? 'PER_BROKER',
  }
}

export function planServerless({ name, subnets, securityGroups = [], tags }: NewServerlessCluster): Plan {
  holdRules([
    rules.nameRule(name),
    rules.subnetsRule(subnets, 'standard'),
    rules.subnetIdRule(subnets),
    rules.securityGroupRule(securityGroups),
  ])
  const input: CreateClusterV2Request = {
    ClusterName: name,
    Serverless: {
      VpcConfigs: [
        {
          SubnetIds: [...subnets],
          ...(securityGroups.length > 0 && { SecurityGroupIds: [...securityGroups] }),
        },
      ],
      ClientAuthentication: { Sasl: { Iam: { Enabled: true } } },
    },
    ...(tags && { Tags: { ...tags } }),
  }
  const step: Step = {
    doing: `create the serverless cluster ${name}`,
    changes: [
      { name: 'subnets', to: subnets.join(', ') },
      ...(securityGroups.length > 0 ? [{ name: 'security groups', to: securityGroups.join(', ') }] : []),
      { name: 'login', to: 'iam' },
    ],
    takes: 'some minutes until it is ACTIVE',
    bill: 'each hour of the cluster and of each partition, data in, out and stored',
    operation: 'CreateClusterV2',
    input,
  }
  return { of: name, steps: [step], notes: [] }
}

function problemsOf(wanted: NewCluster): ReadonlyArray<string | undefined> {
  const full = filled(wanted, [])
  const { brokerType, subnets, storageGb, storageMaxGb, storageMark = 60, throughputMib } = full
  const kind = rules.kindOf(brokerType)
  return [
    rules.nameRule(full.name),
    rules.subnetsRule(subnets, kind),
    rules.subnetIdRule(subnets),
    rules.securityGroupRule(full.securityGroups ?? []),
    rules.brokerTypeRule(brokerType),
    rules.brokersPerZoneRule(full.brokersPerZone, subnets.length),
    rules.loginRule({ logins: full.logins, caArns: full.caArns ?? [], plaintext: full.plaintext === true }),
    rules.kmsRule(full.kmsKey),
    ...(kind === 'express' ? [expressRule(wanted)] : []),
    ...(storageGb === undefined ? [] : [rules.storageRule(storageGb)]),
    ...(storageGb === undefined || storageMaxGb === undefined
      ? []
      : [rules.autoScalingRule(storageGb, storageMaxGb, storageMark)]),
    ...(throughputMib === undefined || kind === 'express'
      ? []
      : [rules.throughputRule(throughputMib, brokerType)]),
    full.tiered && brokerType === 'kafka.t3.small'
      ? 'tiered storage takes larger brokers than kafka.t3.small'
      : undefined,
  ]
}

function expressRule({ storageGb, storageMaxGb, throughputMib, tiered }: NewCluster): string | undefined {
  const given = [
    storageGb !== undefined && 'a size',
    storageMaxGb !== undefined && 'auto-scaling',
    throughputMib !== undefined && 'throughput',
    tiered && 'tiers',
  ].filter(Boolean)
  return given.length === 0
    ? undefined
    : `express brokers look after their storage themselves: ${given.join(', ')} of storage can't be chosen`
}

function requestOf(full: FullCluster, express: boolean): CreateClusterV2Request {
  const { name, subnets, securityGroups = [], tags, logs, configuration } = full
  return {
    ClusterName: name,
    ...(tags && { Tags: { ...tags } }),
    Provisioned: {
      BrokerNodeGroupInfo: {
        ClientSubnets: [...subnets],
        InstanceType: full.brokerType,
        ...(securityGroups.length > 0 && { SecurityGroups: [...securityGroups] }),
        ...(full.storageGb !== undefined && { StorageInfo: { EbsStorageInfo: volumeOf(full) } }),
        ...(full.dualStack && { ConnectivityInfo: { NetworkType: 'DUAL' as const } }),
      },
      KafkaVersion: full.kafkaVersion,
      NumberOfBrokerNodes: full.brokersPerZone * subnets.length,
      ClientAuthentication: clientAuthenticationOf(full.logins, full.caArns),
      EncryptionInfo: {
        ...(full.kmsKey !== undefined && { EncryptionAtRest: { DataVolumeKMSKeyId: full.kmsKey } }),
        EncryptionInTransit: { ClientBroker: full.plaintext ? 'TLS_PLAINTEXT' : 'TLS', InCluster: true },
      },
      EnhancedMonitoring: full.monitoring,
      ...(full.exporters !== undefined && { OpenMonitoring: openMonitoringOf(full.exporters) }),
      ...(logs !== undefined && { LoggingInfo: loggingOf(logs) }),
      ...(configuration && {
        ConfigurationInfo: { Arn: configuration.arn, Revision: configuration.revision },
      }),
      ...(!express && { StorageMode: full.tiered ? ('TIERED' as const) : ('LOCAL' as const) }),
    },
  }
}

function volumeOf({ storageGb, throughputMib }: FullCluster) {
  return {
    VolumeSize: storageGb,
    ...(throughputMib !== undefined && {
      ProvisionedThroughput: { Enabled: true, VolumeThroughput: throughputMib },
    }),
  }
}

/** Storage that grows by itself is a service of its own, which takes the cluster's ARN once there is one. */
function scalingSteps(
  name: string,
  storageGb: number | undefined,
  { storageMaxGb, storageMark = 60 }: NewCluster,
): readonly Step[] {
  if (storageGb === undefined || storageMaxGb === undefined) return []
  return [growthStepOf(name, { fromGb: storageGb, toGb: storageMaxGb, mark: storageMark })]
}
