import type * as Ec2 from '@aws-sdk/client-ec2'
import type { DescribeInstancesCommandOutput, Filter, Instance } from '@aws-sdk/client-ec2'
import { ConfigurationError } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import type { Found } from './found.ts'

type Ec2Config = Pick<
  MetricsConfig,
  | 'scrapeEc2Tags'
  | 'scrapeEc2Region'
  | 'scrapeEc2Endpoint'
  | 'scrapeEc2Port'
  | 'scrapeEc2Address'
  | 'scrapeEc2Labels'
>

/** Targets on running EC2 instances that have all the tags asked for. */
export async function ec2Targets(config: Ec2Config, signal: AbortSignal): Promise<readonly Found[]> {
  if (config.scrapeEc2Tags.length === 0) return []
  const { EC2Client, paginateDescribeInstances } = await sdk()
  const { scrapeEc2Region: region, scrapeEc2Endpoint: endpoint } = config
  const client = new EC2Client({ ...(region && { region }), ...(endpoint && { endpoint }) })
  const found: Found[] = []
  try {
    const pages = paginateDescribeInstances({ client }, { Filters: filters(config.scrapeEc2Tags) })
    for await (const page of pages) {
      signal.throwIfAborted()
      found.push(...instancesOf(page).flatMap((instance) => targetOn(instance, config) ?? []))
    }
    return found
  } catch (cause) {
    signal.throwIfAborted()
    throw new Error(`EC2 gives no instances: ${(cause as Error).message}`, { cause })
  } finally {
    client.destroy()
  }
}

/** The AWS SDK is large, and only for those who want it. */
async function sdk(): Promise<typeof Ec2> {
  try {
    return await import('@aws-sdk/client-ec2')
  } catch (cause) {
    throw new ConfigurationError(
      'scrape.ec2.tags needs the package @aws-sdk/client-ec2: install it beside the connector.',
      { cause },
    )
  }
}

function filters(tags: readonly string[]): Filter[] {
  const running = { Name: 'instance-state-name', Values: ['running'] }
  return [running, ...tags.map(tagFilter)]
}

function tagFilter(tag: string): Filter {
  const at = tag.indexOf('=')
  if (at < 1) throw new ConfigurationError(`scrape.ec2.tags must hold key=value, not "${tag}".`)
  return { Name: `tag:${tag.slice(0, at)}`, Values: [tag.slice(at + 1)] }
}

function instancesOf({ Reservations = [] }: DescribeInstancesCommandOutput): readonly Instance[] {
  return Reservations.flatMap(({ Instances = [] }) => Instances)
}

/** Undefined: the instance has no such address. */
function targetOn(instance: Instance, config: Ec2Config): Found | undefined {
  const { scrapeEc2Address: which, scrapeEc2Port: port, scrapeEc2Labels: wanted } = config
  const address = which === 'private' ? instance.PrivateIpAddress : instance.PublicIpAddress
  if (!address) return undefined
  const labels = (instance.Tags ?? []).flatMap(({ Key = '', Value = '' }) =>
    wanted.includes(Key) ? [[labelName(Key), Value] as const] : [],
  )
  return {
    address: `${address}:${port}`,
    labels: [['ec2_instance_id', instance.InstanceId ?? ''], ...labels],
  }
}

function labelName(tag: string): string {
  return tag.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_')
}
