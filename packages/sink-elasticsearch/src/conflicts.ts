import { type Offsets, RecordError, type TopicPartition } from '@sluice/template'
import { conflictOf, foreignMessage, storedVersionIn } from './conflict.ts'
import { type Ask, failureText } from './elasticsearch.ts'
import type { Events } from './events.ts'
import type { Operation } from './operation.ts'
import type { Answered } from './sender.ts'

export interface ConflictOptions {
  readonly ask: Ask
  readonly signal: AbortSignal
  readonly events: Events
  readonly endOffsets: (partitions: readonly TopicPartition[]) => Promise<Offsets>
  /** Sets the record aside; rejects where that must end the sink. */
  readonly refuse: (operation: Operation, error: RecordError) => Promise<void>
}

/** Judges version conflicts: a repeated or stale record is done, one that meets a foreign version is set aside. */
export async function resolveConflicts(
  conflicts: readonly Answered[],
  options: ConflictOptions,
): Promise<void> {
  const byOffset = conflicts.filter(({ operation }) => operation.versionIsOffset)
  // A version from a header is an order of the operator's own: what is higher is later.
  for (let i = byOffset.length; i < conflicts.length; i++) options.events.stale()
  const foreign = await possiblyForeign(byOffset, options)
  if (foreign.length === 0) return
  const ends = await endsOf(foreign, options)
  for (const { operation, stored } of foreign) {
    const endOffset = ends.get(operation.progress) ?? 0n
    const ours = operation.version!
    if (conflictOf({ ours, stored, endOffset }) === 'stale') options.events.stale()
    else {
      const { topic, partition } = operation.progress
      const at = {
        id: operation.id!,
        resource: operation.resource,
        stored,
        ours,
        endOffset,
        topic,
        partition,
      }
      await options.refuse(operation, new RecordError(foreignMessage(at)))
    }
  }
}

/** Notes what is stored already; what is left needs the end of its partition to be judged. */
async function possiblyForeign(
  conflicts: readonly Answered[],
  options: ConflictOptions,
): Promise<{ operation: Operation; stored: bigint }[]> {
  const open: { operation: Operation; stored: bigint }[] = []
  for (const { operation, item } of conflicts) {
    const stored = storedVersionIn(item.reason) ?? (await readVersion(operation, options))
    if (stored === operation.version || stored === undefined) options.events.repeated()
    else open.push({ operation, stored })
  }
  return open
}

async function readVersion(
  { resource, id }: Operation,
  options: ConflictOptions,
): Promise<bigint | undefined> {
  const path = `/${encodeURIComponent(resource)}/_doc/${encodeURIComponent(id!)}`
  const answer = await options.ask({ method: 'GET', path, query: { _source: 'false' } }, options.signal)
  if (answer.kind === 'ok') return BigInt((answer.body as { _version: number })._version)
  // A deleted document has no version to be read: the delete that met us was the later one.
  if (answer.kind === 'refused' && answer.status === 404) return undefined
  throw new Error(`The version of document "${id}" in ${resource} can't be read: ${failureText(answer)}`)
}

async function endsOf(
  open: readonly { readonly operation: Operation }[],
  options: ConflictOptions,
): Promise<Map<TopicPartition, bigint>> {
  const partitions = [...new Set(open.map(({ operation }) => operation.progress))]
  const ends = await options.endOffsets(partitions.map(({ topic, partition }) => ({ topic, partition })))
  const endOf = (one: TopicPartition): bigint =>
    ends.find((end) => end.topic === one.topic && end.partition === one.partition)?.offset ?? 0n
  return new Map(partitions.map((one) => [one, endOf(one)]))
}
