import {
  type Aws,
  applyCreate,
  type Exporter,
  findConfiguration,
  findNetwork,
  type LogTargets,
  type Login,
  type MonitoringLevel,
  offeredVersions,
  planCreate,
  planServerless,
} from '@sluice/msk'
import { carryOut } from './carry-out.ts'
import type { CreateFlags } from './cluster-actions.ts'
import { jsonOf, MskUsageError, pairsOf, type Scene } from './declare.ts'

export async function create({ aws, terminal }: Scene, name: string, flags: CreateFlags): Promise<void> {
  const place = await placeOf(aws, flags)
  const tags = pairsOf(flags.tag)
  const plan = flags.serverless
    ? planServerless({ name, ...place, tags })
    : planCreate({ name, ...place, tags, ...(await brokersOf(aws, flags)) }, await offeredVersions(aws))
  const made = await carryOut(terminal, plan, flags, (how) => applyCreate(aws, plan, how))
  if (made === undefined) return
  const { arn } = made
  terminal.out(flags.json ? jsonOf({ clusterArn: arn }) : `${arn}\n`)
  if (!flags.wait) terminal.err(`${name} is being made; "sluice msk operation wait ${name}" waits for it.\n`)
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

async function brokersOf(aws: Aws, flags: CreateFlags) {
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
    configuration: await configurationOf(aws, flags),
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
