import { readFile } from 'node:fs/promises'
import * as msk from '@sluice/msk'
import { renderTable } from '../stack/table.ts'
import { agree } from './carry-out.ts'
import { type ActFlags, type AwsFlags, jsonOf, MskUsageError, pairsOf, type Scene } from './declare.ts'

export interface ConfigurationFlags extends AwsFlags {
  readonly description?: string
  readonly kafkaVersions?: readonly string[]
}

export interface RevisionFlags extends AwsFlags {
  readonly revision?: number
}

export async function createConfiguration(
  { aws, terminal }: Scene,
  name: string,
  file: string,
  { description, kafkaVersions, json }: ConfigurationFlags,
): Promise<void> {
  const properties = await textOf(file)
  const made = await msk.createConfiguration(aws, { name, properties, description, kafkaVersions })
  terminal.out(json ? jsonOf(made) : `${made.arn}\n`)
}

export async function listConfigurations({ aws, terminal }: Scene, { json }: AwsFlags): Promise<void> {
  const all = await msk.listConfigurations(aws)
  if (json) return terminal.out(jsonOf(all))
  if (all.length === 0) return terminal.out('There are no configurations: clusters have MSK’s own.\n')
  terminal.out(
    renderTable([
      ['NAME', 'STATE', 'REVISION', 'KAFKA', 'ARN'],
      ...all.map(({ Name = '', State = '', LatestRevision, KafkaVersions = [], Arn = '' }) => [
        Name,
        State,
        String(LatestRevision?.Revision ?? ''),
        KafkaVersions.join(', ') || 'all',
        Arn,
      ]),
    ]),
  )
}

export async function describeConfiguration(
  { aws, terminal }: Scene,
  name: string,
  { revision, json }: RevisionFlags,
): Promise<void> {
  const found = await msk.findConfiguration(aws, name)
  const { Arn = '', LatestRevision } = found
  const which = revision ?? LatestRevision?.Revision ?? 1
  const properties = await msk.revisionText(aws, { arn: Arn, revision: which })
  if (json) return terminal.out(jsonOf({ ...found, Revision: which, ServerProperties: properties }))
  terminal.out(properties.endsWith('\n') ? properties : `${properties}\n`)
}

export async function updateConfiguration(
  { aws, terminal }: Scene,
  name: string,
  file: string,
  { description, json }: ConfigurationFlags,
): Promise<void> {
  const properties = await textOf(file)
  const { Arn = '' } = await msk.findConfiguration(aws, name)
  const made = await msk.updateConfiguration(aws, Arn, { properties, description })
  const next = `Give it to a cluster: sluice msk cluster update NAME --configuration ${name}\n`
  terminal.out(json ? jsonOf(made) : `${name} has revision ${made.revision}. ${next}`)
}

export async function listRevisions(
  { aws, terminal }: Scene,
  name: string,
  { json }: AwsFlags,
): Promise<void> {
  const { Arn = '' } = await msk.findConfiguration(aws, name)
  const all = await msk.listRevisions(aws, Arn)
  if (json) return terminal.out(jsonOf(all))
  const rows = all.map(({ Revision, CreationTime, Description = '' }) => [
    String(Revision),
    CreationTime?.toISOString() ?? '-',
    Description,
  ])
  terminal.out(renderTable([['REVISION', 'MADE', 'DESCRIPTION'], ...rows]))
}

export async function deleteConfiguration(
  { aws, terminal }: Scene,
  name: string,
  { yes }: ActFlags,
): Promise<void> {
  const { Arn = '', Name = name } = await msk.findConfiguration(aws, name)
  terminal.err(`The configuration ${Name} is to be deleted with all its revisions.\n`)
  await agree(terminal, Name, yes === true)
  await msk.deleteConfiguration(aws, Arn)
  terminal.err(`${Name} is deleted.\n`)
}

export async function listSecrets({ aws, terminal }: Scene, name: string, { json }: AwsFlags): Promise<void> {
  const all = await msk.listSecrets(aws, await arnOf(aws, name))
  terminal.out(json ? jsonOf(all) : all.map((arn) => `${arn}\n`).join(''))
}

export async function addSecrets(
  { aws, terminal }: Scene,
  name: string,
  secrets: readonly string[],
): Promise<void> {
  await msk.addSecrets(aws, await arnOf(aws, name), secrets)
  terminal.err(`Clients log in at ${name} by ${countOf(secrets, 'secret')} more.\n`)
}

export async function removeSecrets(
  { aws, terminal }: Scene,
  name: string,
  secrets: readonly string[],
  { yes }: ActFlags,
): Promise<void> {
  const arn = await arnOf(aws, name)
  terminal.err(`Clients of ${countOf(secrets, 'secret')} are to be shut out of ${name}.\n`)
  await agree(terminal, name, yes === true)
  await msk.removeSecrets(aws, arn, secrets)
}

export async function getPolicy({ aws, terminal }: Scene, name: string): Promise<void> {
  const found = await msk.getClusterPolicy(aws, await arnOf(aws, name))
  if (found === undefined) return terminal.err(`${name} has no policy: only its own account may use it.\n`)
  terminal.out(`${JSON.stringify(JSON.parse(found.policy), null, 2)}\n`)
}

export async function putPolicy(
  { aws, terminal }: Scene,
  name: string,
  file: string,
  { yes }: ActFlags,
): Promise<void> {
  const policy = await textOf(file)
  const arn = await arnOf(aws, name)
  const before = await msk.getClusterPolicy(aws, arn)
  if (before !== undefined) {
    terminal.err(`${name} has a policy that is to be replaced:\n${before.policy}\n`)
    await agree(terminal, name, yes === true)
  }
  await msk.putClusterPolicy(aws, arn, policy)
  terminal.err(`${name} has that policy.\n`)
}

export async function deletePolicy({ aws, terminal }: Scene, name: string, { yes }: ActFlags): Promise<void> {
  const arn = await arnOf(aws, name)
  terminal.err(`Other accounts are to be shut out of ${name}.\n`)
  await agree(terminal, name, yes === true)
  await msk.deleteClusterPolicy(aws, arn)
}

export async function listTags({ aws, terminal }: Scene, name: string, { json }: AwsFlags): Promise<void> {
  const tags = await msk.listTags(aws, await arnOf(aws, name))
  terminal.out(
    json
      ? jsonOf(tags)
      : Object.entries(tags)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
  )
}

export async function setTags({ aws }: Scene, name: string, tags: readonly string[]): Promise<void> {
  await msk.setTags(aws, await arnOf(aws, name), pairsOf(tags) ?? {})
}

export async function removeTags({ aws }: Scene, name: string, names: readonly string[]): Promise<void> {
  await msk.removeTags(aws, await arnOf(aws, name), names)
}

/** Of a cluster by its name; any ARN as it is. */
export async function arnOf(aws: msk.Aws, nameOrArn: string): Promise<string> {
  return msk.isArn(nameOrArn) ? nameOrArn : ((await msk.findCluster(aws, nameOrArn)).ClusterArn ?? '')
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MskUsageError(`${file} can't be read: ${reason}`, { cause })
  }
}

function countOf(all: readonly unknown[], what: string): string {
  return `${all.length} ${what}${all.length === 1 ? '' : 's'}`
}
