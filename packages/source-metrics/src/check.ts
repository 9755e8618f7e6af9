import type { Issue } from '@sluice/template'
import type { MetricsConfig } from './config/fields.ts'
import { compileRules } from './rules/label-rules.ts'
import { rulesOf } from './rules/configured-rules.ts'
import { targetDefaults } from './discovery/discover.ts'
import { targetOf } from './scrape/target.ts'

type Property = Extract<keyof MetricsConfig, string>

/** What can't be seen from single settings. Targets that don't answer are no issue: that is what `up` is for. */
export async function check(config: MetricsConfig): Promise<readonly Issue<Property>[]> {
  return [...ruleIssues(config), ...(config.metricsInput === 'scrape' ? scrapeIssues(config) : [])]
}

function ruleIssues(config: MetricsConfig): readonly Issue<Property>[] {
  try {
    compileRules(rulesOf(config))
    return []
  } catch (error) {
    return [{ field: 'rules', message: `can't be applied: ${(error as Error).message}` }]
  }
}

function scrapeIssues(config: MetricsConfig): readonly Issue<Property>[] {
  const issues: Issue<Property>[] = []
  const { scrapeTargets, scrapeFileSdFiles, scrapeDnsNames, scrapeEc2Tags } = config
  if ([scrapeTargets, scrapeFileSdFiles, scrapeDnsNames, scrapeEc2Tags].every(({ length }) => length === 0)) {
    issues.push({
      field: 'scrapeTargets',
      message:
        'is empty, and nothing else says what to scrape: give targets, scrape.file.sd.files, scrape.dns.names or scrape.ec2.tags',
    })
  }
  for (const address of scrapeTargets) issues.push(...targetIssues(address, config))
  if (scrapeDnsNames.length > 0 && config.scrapeDnsType !== 'SRV' && config.scrapeDnsPort === undefined) {
    issues.push({ field: 'scrapeDnsPort', message: 'is required with scrape.dns.type A or AAAA' })
  }
  const untagged = scrapeEc2Tags.find((tag) => tag.indexOf('=') < 1)
  if (untagged !== undefined) {
    issues.push({ field: 'scrapeEc2Tags', message: `must hold key=value, not "${untagged}"` })
  }
  return issues
}

function targetIssues(address: string, config: MetricsConfig): readonly Issue<Property>[] {
  try {
    targetOf(address, [], targetDefaults(config))
    return []
  } catch (error) {
    return [{ field: 'scrapeTargets', message: `can't be used: ${(error as Error).message}` }]
  }
}
