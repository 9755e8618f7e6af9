import type { Configuration, ConfigurationRevision } from '@aws-sdk/client-kafka'
import { Buffer } from 'node:buffer'
import { isArn } from '../api/arn.ts'
import type { Aws } from '../api/aws.ts'
import { holdRules, MskError } from '../api/msk-error.ts'
import { nameRule } from '../clusters/rules.ts'
import { allPages } from '../pages.ts'

export interface NewConfiguration {
  readonly name: string
  /** `server.properties`, those that MSK lets one set. */
  readonly properties: string
  readonly description?: string | undefined
  /** @default all */
  readonly kafkaVersions?: readonly string[] | undefined
}

export interface RevisionOf {
  readonly arn: string
  readonly revision: number
}

export async function listConfigurations(aws: Aws): Promise<readonly Configuration[]> {
  return await allPages(
    (token) => aws.kafka('ListConfigurations', token, 'list configurations'),
    ({ Configurations }) => Configurations,
  )
}

/** By name or ARN. Rejects with an MskError that names those there are. */
export async function findConfiguration(aws: Aws, nameOrArn: string): Promise<Configuration> {
  if (isArn(nameOrArn)) {
    const doing = `describe the configuration ${nameOrArn}`
    return (await aws.kafka('DescribeConfiguration', { Arn: nameOrArn }, doing)) as Configuration
  }
  const all = await listConfigurations(aws)
  const found = all.find(({ Name }) => Name === nameOrArn)
  if (found !== undefined) return found
  const others = all.map(({ Name }) => Name).join(', ')
  throw new MskError(
    'not-found',
    `there is no configuration ${nameOrArn} in ${await aws.region()}; there ${others === '' ? 'is none' : `are: ${others}`}.`,
  )
}

export async function createConfiguration(aws: Aws, wanted: NewConfiguration): Promise<RevisionOf> {
  const { name, properties, description, kafkaVersions = [] } = wanted
  holdRules([nameRule(name, 'a configuration'), propertiesRule(properties)])
  const input = {
    Name: name,
    ServerProperties: Buffer.from(properties),
    ...(description !== undefined && { Description: description }),
    ...(kafkaVersions.length > 0 && { KafkaVersions: [...kafkaVersions] }),
  }
  const { Arn = '', LatestRevision } = await aws.kafka(
    'CreateConfiguration',
    input,
    `create the configuration ${name}`,
  )
  return { arn: Arn, revision: LatestRevision?.Revision ?? 1 }
}

/** Makes the next revision; clusters keep theirs until they are given another. */
export async function updateConfiguration(
  aws: Aws,
  arn: string,
  { properties, description }: Pick<NewConfiguration, 'properties' | 'description'>,
): Promise<RevisionOf> {
  holdRules([propertiesRule(properties)])
  const input = {
    Arn: arn,
    ServerProperties: Buffer.from(properties),
    ...(description !== undefined && { Description: description }),
  }
  const { LatestRevision } = await aws.kafka(
    'UpdateConfiguration',
    input,
    `make a revision of ${titleOf(arn)}`,
  )
  return { arn, revision: LatestRevision?.Revision ?? 0 }
}

export async function listRevisions(aws: Aws, arn: string): Promise<readonly ConfigurationRevision[]> {
  return await allPages(
    (token) =>
      aws.kafka(
        'ListConfigurationRevisions',
        { Arn: arn, ...token },
        `list the revisions of ${titleOf(arn)}`,
      ),
    ({ Revisions }) => Revisions,
  )
}

/** The properties of a revision, as text. */
export async function revisionText(aws: Aws, { arn, revision }: RevisionOf): Promise<string> {
  const doing = `read revision ${revision} of ${titleOf(arn)}`
  const found = await aws.kafka('DescribeConfigurationRevision', { Arn: arn, Revision: revision }, doing)
  return Buffer.from(found.ServerProperties ?? []).toString('utf8')
}

export async function deleteConfiguration(aws: Aws, arn: string): Promise<void> {
  await aws.kafka('DeleteConfiguration', { Arn: arn }, `delete the configuration ${titleOf(arn)}`)
}

function propertiesRule(properties: string): string | undefined {
  const lines = properties.split(/\r?\n/).map((line) => line.trim())
  const wrong = lines.find((line) => line !== '' && !/^[#!]/.test(line) && !/^[\w.-]+\s*[=:]/.test(line))
  return wrong === undefined ? undefined : `server properties are lines of name=value; "${wrong}" isn't`
}

function titleOf(arn: string): string {
  return /:configuration\/([^/]+)\//.exec(arn)?.[1] ?? arn
}
