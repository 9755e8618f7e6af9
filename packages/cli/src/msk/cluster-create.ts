import {
  type Aws,
  applyCreate,
  checkNewCluster,
  type Exporter,
  findConfiguration,
  findNetwork,
  type LogTargets,
  type Login,
  type MonitoringLevel,
  offeredVersions,
  type Plan,
  planCreate,
  planServerless,
} from '@sluice/msk'
import { carryOut } from './carry-out.ts'
import type { CreateFlags } from './cluster-actions.ts'
import { jsonOf, MskUsageError, pairsOf, type Scene } from './declare.ts'

export async function create({ aws, terminal }: Scene, name: string, flags: CreateFlags): Promise<void> {
  const plan = await planOf(aws, name, flags)
  const made = await carryOut(terminal, plan, flags, (how) => applyCreate(aws, plan, how))
  if (made === undefined) return
  const { arn } = made
  terminal.out(flags.json ? jsonOf({ clusterArn: arn }) : `${arn}\n`)
  if (!flags.wait) terminal.err(`${name} is being made; "sluice msk operation wait ${name}" waits for it.\n`)
}

async function planOf(aws: Aws, name: string, flags: CreateFlags): Promise<Plan> {
  const tags = pairsOf(flags.tag)
  const brokers = brokersOf(flags)
  // what can be said of it without asking AWS is said before
  if (flags.subnets !== undefined && !flags.serverless) {
    checkNewCluster({ name, subnets: flags.subnets, securityGroups: flags.securityGroups, ...brokers })
  }
  const place = await placeOf(aws, flags)
  if (flags.serverless) return planServerless({ name, ...place, tags })
  const configuration = await configurationOf(aws, flags)
  return planCreate({ name, ...place, tags, ...brokers, configuration }, await offeredVersions(aws))
}

/** Subnets and security groups: a network's, those given, or the network's with groups of one's own. */
async function placeOf(aws: Aws, { network, subnets, securityGroups }: CreateFlags) {
  if (network === undefined) {
    if (subnets === undefined) {
      throw new MskUsageError(
        'where shall it stand? --network NAME (made by "sluice msk network create NAME"), or --subnets ID,ID,ID, one in each zone.',
      )
    }
    return { subnets, securityGroups }
  }
  if (subnets !== undefined) throw new MskUsageError('give --network or --subnets, not both.')
  const found = await findNetwork(aws, network)
  return {
    subnets: found.subnets.map(({ id }) => id),
    securityGroups: securityGroups ?? [found.securityGroup],
  }
}

function brokersOf(flags: CreateFlags) {
  return {
    kafkaVersion: flags.kafkaVersion,
    brokerType: flags.brokerType,
    brokersPerZone: flags.brokersPerZone,
    ...storageOf(flags),
    logins: flags.login as readonly Login[] | undefined,
    caArns: flags.ca,
    plaintext: flags.plaintext,
    kmsKey: flags.kmsKey,
    ...monitoringOf(flags),
    dualStack: flags.dualStack,
  }
}

export function storageOf({ storage, storageMax, storageMark, throughput, tiered }: Partial<CreateFlags>) {
  return { storageGb: storage, storageMaxGb: storageMax, storageMark, throughputMib: throughput, tiered }
}

export function monitoringOf({ monitoring, prometheus, ...flags }: Partial<CreateFlags>) {
  return {
    monitoring: monitoring as MonitoringLevel | undefined,
    exporters: prometheus as readonly Exporter[] | undefined,
    logs: logsOf(flags),
  }
}

function logsOf({ logs, logCloudwatch, logS3, logFirehose }: Partial<CreateFlags>): LogTargets | undefined {
  if (logs === false) return {}
  if (logCloudwatch === undefined && logS3 === undefined && logFirehose === undefined) return undefined
  return { cloudWatchGroup: logCloudwatch, s3: logS3, firehose: logFirehose }
}

export async function configurationOf(
  aws: Aws,
  { configuration, revision }: { readonly configuration?: string; readonly revision?: number },
) {
  if (configuration === undefined) {
    if (revision !== undefined)
      throw new MskUsageError('--revision is of a configuration: give --configuration NAME, too.')
    return undefined
  }
  const { Arn = '', LatestRevision } = await findConfiguration(aws, configuration)
  return { arn: Arn, revision: revision ?? LatestRevision?.Revision ?? 1 }
}
