import type { Aws } from '../api/aws.ts'
import { holdRules } from '../api/msk-error.ts'

export type Tags = Readonly<Record<string, string>>

/** The tags of a cluster, configuration, replicator or VPC connection. */
export async function listTags(aws: Aws, arn: string): Promise<Tags> {
  return (await aws.kafka('ListTagsForResource', { ResourceArn: arn }, `list the tags of ${arn}`)).Tags ?? {}
}

/** Sets these and leaves others. */
export async function setTags(aws: Aws, arn: string, tags: Tags): Promise<void> {
  holdRules([
    Object.keys(tags).length === 0 ? 'give a tag to set, as name=value' : undefined,
    ...Object.entries(tags).map(tagRule),
  ])
  await aws.kafka('TagResource', { ResourceArn: arn, Tags: { ...tags } }, `set tags of ${arn}`)
}

export async function removeTags(aws: Aws, arn: string, names: readonly string[]): Promise<void> {
  holdRules([names.length === 0 ? 'name a tag to remove' : undefined])
  await aws.kafka('UntagResource', { ResourceArn: arn, TagKeys: [...names] }, `remove tags of ${arn}`)
}

function tagRule([name, value]: readonly [string, string]): string | undefined {
  if (name.toLowerCase().startsWith('aws:'))
    return `names of tags that begin with aws: are AWS's own; "${name}" does`
  if (name.length === 0 || name.length > 128) return 'the name of a tag has 1 to 128 characters'
  return value.length <= 256
    ? undefined
    : `the value of a tag has at most 256 characters; that of ${name} has ${value.length}`
}
