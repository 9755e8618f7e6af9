import {
  applyChanges,
  type ClusterChanges,
  findCluster,
  type Login,
  planUpdate,
  upgradesOf,
} from '@sluice/msk'
import { carryOut } from './carry-out.ts'
import type { ChangeFlags } from './cluster-actions.ts'
import { configurationOf, monitoringOf, storageOf } from './cluster-create.ts'
import { jsonOf, type Scene } from './declare.ts'

export async function update({ aws, terminal }: Scene, name: string, flags: ChangeFlags): Promise<void> {
  const cluster = await findCluster(aws, name)
  const arn = cluster.ClusterArn ?? ''
  const wanted: ClusterChanges = {
    ...storageOf(flags),
    ...monitoringOf(flags),
    brokersPerZone: flags.brokersPerZone,
    brokerType: flags.brokerType,
    kafkaVersion: flags.kafkaVersion,
    configuration: await configurationOf(aws, flags),
    logins: flags.login as readonly Login[] | undefined,
    caArns: flags.ca,
    plaintext: flags.plaintext,
    publicAccess: flags.public,
    vpcLogins: flags.vpcLogin as ClusterChanges['vpcLogins'],
    rebalancing: flags.rebalancing,
  }
  const upgrades = flags.kafkaVersion === undefined ? [] : await upgradesOf(aws, arn)
  const plan = planUpdate(cluster, wanted, upgrades)
  const done = await carryOut(terminal, plan, flags, (how) => applyChanges(aws, arn, plan, how))
  if (done === undefined) return
  if (flags.json) terminal.out(jsonOf(done))
  if (!flags.wait)
    terminal.err(`${plan.of} is being changed; "sluice msk operation wait ${plan.of}" waits for it.\n`)
}
