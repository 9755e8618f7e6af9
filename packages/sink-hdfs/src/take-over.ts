import { randomUUID } from 'node:crypto'
import type { TopicPartition } from '@sluice/template'
import { type Layout, ownersFolder, partitionFolder } from './file-names.ts'
import type { WebHdfsClient } from './webhdfs/webhdfs-client.ts'

/** A partition in the hands of one owner, until the next one takes it over. */
export interface Ownership {
  /** The owner's folder, to which it alone writes. It is gone once another has taken over. */
  readonly folder: string
  /** Names of the partition's finished files, after which no earlier owner can add one. */
  readonly names: readonly string[]
}

/** Stands in the owner's folder: a gateway that makes missing folders on CREATE would bring the folder back, but not this. */
export const ownerMark = 'owner'

/**
 * Makes this task the partition's only writer, and then looks at what is there. A writer needs its own folder for every file, to create
 * and to rename it; so an earlier owner can't finish one any more once its folder is deleted. Of two that take over at once, the later
 * sees the earlier one's folder: at most one goes on.
 *
 * To be repeated as a whole, never in part: each try has a folder of its own, so that a request that arrives late brings none back.
 */
export async function takeOver(
  client: WebHdfsClient,
  where: { readonly layout: Layout; readonly of: TopicPartition },
  signal: AbortSignal,
): Promise<Ownership> {
  const owners = ownersFolder(where.layout, where.of)
  const own = randomUUID()
  await client.mkdirs(`${owners}/${own}/${ownerMark}`, signal)
  for (const other of await client.list(owners, signal)) {
    if (other.name !== own) await client.delete(`${owners}/${other.name}`, signal)
  }
  const files = await client.list(partitionFolder(where.layout, where.of), signal)
  return { folder: `${owners}/${own}`, names: files.map(({ name }) => name) }
}
