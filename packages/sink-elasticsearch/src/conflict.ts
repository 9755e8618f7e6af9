/**
 * What a version conflict means where versions are offsets (a 409 says only that a version at least as high is stored):
 * - `repeated`: this very record is stored already
 * - `stale`: a later record of the partition is
 * - `foreign`: the stored version is beyond the end of the partition, so it can't have come from there
 */
export type Conflict = 'repeated' | 'stale' | 'foreign'

export function conflictOf(versions: { ours: bigint; stored: bigint; endOffset: bigint }): Conflict {
  if (versions.stored === versions.ours) return 'repeated'
  return versions.stored <= versions.endOffset ? 'stale' : 'foreign'
}

/** The stored version as the text of a version conflict names it, which Elasticsearch's API has no field for. */
export function storedVersionIn(reason: string | undefined): bigint | undefined {
  const match = /current version \[(\d+)\]/.exec(reason ?? '')
  return match === null ? undefined : BigInt(match[1]!)
}

/** What to tell the operator of a `foreign` conflict. */
export function foreignMessage(at: {
  readonly id: string
  readonly resource: string
  readonly stored: bigint
  readonly ours: bigint
  readonly endOffset: bigint
  readonly topic: string
  readonly partition: number
}): string {
  return (
    `Document "${at.id}" of ${at.resource} has version ${at.stored}, but ${at.topic}-${at.partition} ends at offset ${at.endOffset}, ` +
    `so the version can't have come from this partition and this record (offset ${at.ours}) would be dropped as older. ` +
    'The topic was recreated, its partitions were added to, or another writer uses the index: ' +
    'write to a new index, give versions by external.version.header, or set external.version=none.'
  )
}
