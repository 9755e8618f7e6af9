import { holdRules } from '../api/msk-error.ts'
import type { ClusterChanges, ClusterState } from './cluster-state.ts'
import type { Login } from './login.ts'
import * as rules from './rules.ts'

/** Throws an MskRuleError with all that won't do at this cluster. `upgrades` are the versions that MSK would take it to. */
export function checkUpdate(now: ClusterState, wanted: ClusterChanges, upgrades: readonly string[]): void {
  const {
    storageGb,
    storageMaxGb,
    storageMark = 60,
    throughputMib,
    brokersPerZone,
    brokerType,
    kafkaVersion,
  } = wanted
  const logins = wanted.logins ?? now.logins
  const plaintext = wanted.plaintext ?? now.plaintext
  const touchesLogin = (wanted.logins ?? wanted.caArns ?? wanted.plaintext) !== undefined
  const express = rules.kindOf(now.brokerType) === 'express'
  const storage = [storageGb, storageMaxGb, throughputMib, wanted.tiered].some((one) => one !== undefined)
  const fromGb = storageGb ?? now.storageGb ?? 0
  holdRules([
    express && storage ? 'express brokers look after their storage themselves' : undefined,
    ...(storageGb === undefined || express || storageGb === now.storageGb
      ? []
      : [rules.storageRule(storageGb), rules.growingRule(now.storageGb ?? 0, storageGb)]),
    ...(storageMaxGb === undefined || express
      ? []
      : [rules.autoScalingRule(fromGb, storageMaxGb, storageMark)]),
    throughputMib === undefined || throughputMib === 0 || express
      ? undefined
      : rules.throughputRule(throughputMib, brokerType ?? now.brokerType),
    wanted.tiered === false && now.tiered
      ? 'tiered storage stays: a cluster can’t go back to local storage alone'
      : undefined,
    brokersPerZone === undefined ? undefined : rules.brokersPerZoneRule(brokersPerZone, now.zones),
    brokerType === undefined
      ? undefined
      : (rules.brokerTypeRule(brokerType) ?? familyRule(now.brokerType, brokerType)),
    kafkaVersion === undefined ? undefined : upgradeRule(now, kafkaVersion, upgrades),
    touchesLogin ? rules.loginRule({ logins, caArns: wanted.caArns ?? now.caArns, plaintext }) : undefined,
    (wanted.publicAccess ?? now.publicAccess) && (touchesLogin || wanted.publicAccess !== undefined)
      ? rules.publicRule(logins, plaintext)
      : undefined,
    vpcRule(now, wanted, logins),
    wanted.rebalancing !== undefined && !express
      ? 'only express brokers spread partitions by themselves'
      : undefined,
  ])
}

function familyRule(from: string, to: string): string | undefined {
  return rules.kindOf(from) === rules.kindOf(to)
    ? undefined
    : `a cluster of ${rules.kindOf(from)} brokers can’t become one of ${rules.kindOf(to)} brokers: make another, and copy by a replicator`
}

function upgradeRule(
  { kafkaVersion }: ClusterState,
  wanted: string,
  upgrades: readonly string[],
): string | undefined {
  if (wanted === kafkaVersion || upgrades.includes(wanted)) return undefined
  const offered = upgrades.length === 0 ? 'to none' : `to ${upgrades.join(', ')}`
  return `MSK takes Kafka ${kafkaVersion} ${offered}, not to ${wanted}; there is no way back either`
}

function vpcRule(
  now: ClusterState,
  { vpcLogins }: ClusterChanges,
  logins: readonly Login[],
): string | undefined {
  const missing = vpcLogins?.filter((login) => !logins.includes(login)) ?? []
  if (missing.length > 0)
    return `clients of other VPCs log in as all do: ${missing.join(', ')} isn't on at the cluster`
  return vpcLogins !== undefined && now.brokerType === 'kafka.t3.small'
    ? 'kafka.t3.small takes no clients of other VPCs'
    : undefined
}
