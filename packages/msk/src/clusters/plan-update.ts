import type { Cluster } from '@aws-sdk/client-kafka'
import { holdRules } from '../api/msk-error.ts'
import type { Plan, Step } from '../plan.ts'
import { connectivityStep, rebalancingStep, securityStep, versionStep } from './access-steps.ts'
import {
  configurationStep,
  countStep,
  growthStep,
  monitoringStep,
  storageStep,
  typeStep,
} from './broker-steps.ts'
import { type ClusterChanges, stateOf } from './cluster-state.ts'
import { checkUpdate } from './update-rules.ts'

/**
 * What has to be done to a cluster, one request for each kind of change, those first that harm least. What is as wanted already is left out. Throws an
 * MskRuleError with all that won't do. `upgrades` are the versions that MSK would take this cluster to.
 */
export function planUpdate(cluster: Cluster, wanted: ClusterChanges, upgrades: readonly string[] = []): Plan {
  const name = cluster.ClusterName ?? ''
  const provisioned = cluster.Provisioned
  if (provisioned === undefined) {
    holdRules([
      `${name} is serverless: AWS looks after its brokers, storage and version; only its tags and policy can be changed`,
    ])
  }
  const now = stateOf(cluster)
  checkUpdate(now, wanted, upgrades)
  const steps = [
    storageStep(now, wanted),
    growthStep(now, wanted),
    monitoringStep(now, wanted),
    countStep(now, wanted),
    typeStep(now, wanted),
    configurationStep(now, wanted),
    securityStep(now, wanted),
    connectivityStep(now, wanted),
    rebalancingStep(now, wanted),
    versionStep(now, wanted),
  ].filter((step): step is Step => step !== undefined)
  const notes =
    steps.length > 1 ? ['a cluster takes one change at a time: each step waits for the one before it.'] : []
  return { of: name, steps, notes }
}
