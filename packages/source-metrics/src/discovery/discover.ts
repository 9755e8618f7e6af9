import type { SplitContext } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import { identity } from '../scrape/divide.ts'
import { type Target, type TargetDefaults, targetOf } from '../scrape/target.ts'
import { dnsTargets } from './dns.ts'
import { ec2Targets } from './ec2.ts'
import { fileTargets } from './files.ts'
import type { Found } from './found.ts'

type Context = Pick<SplitContext<MetricsConfig>, 'config' | 'signal' | 'log'>

/**
 * All targets that there are now, each once, sorted. Rejects where one of the ways to find them fails: half of the targets is no answer.
 * What is no address is left out with a warning.
 */
export async function discover(context: Context): Promise<readonly Target[]> {
  const { config, log } = context
  const configured = config.scrapeTargets.map((address): Found => ({ address, labels: [] }))
  const found = await Promise.all([
    fileTargets(config),
    dnsTargets(config, context.signal),
    ec2Targets(config, context.signal),
  ])
  const defaults = targetDefaults(config)
  const targets = new Map<string, Target>()
  for (const { address, labels } of [...configured, ...found.flat()]) {
    try {
      const target = targetOf(address, labels, defaults)
      targets.set(identity(target), target)
    } catch (error) {
      log.warn({ address }, `A target is left out: ${(error as Error).message}.`)
    }
  }
  return [...targets.keys()].toSorted().map((key) => targets.get(key)!)
}

export function targetDefaults(config: MetricsConfig): TargetDefaults {
  return {
    scheme: config.scrapeScheme,
    path: config.scrapePath,
    job: config.scrapeJob ?? '',
    labels: config.scrapeLabels,
  }
}
