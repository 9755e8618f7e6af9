import { kindOf, type Offsets, RecordError, type TopicPartition } from '@sluice/template'
import { conflictOf, foreignMessage, storedVersionIn } from './conflict.ts'
import { type Ask, failureText } from './elasticsearch.ts'
import type { Events } from './events.ts'
import type { Operation } from './operation.ts'
import { type ItemResult, requestOutcomeOf } from './outcome.ts'

/** An operation and what became of it. */
export interface Answered {
  readonly operation: Operation
  readonly item: ItemResult
}

export interface ConflictOptions {
  readonly ask: Ask
  readonly signal: AbortSignal
  readonly events: Pick<Events, 'stale' | 'repeated'>
  readonly endOffsets: (partitions: readonly TopicPartition[]) => Promise<Offsets>
  /** Sets the record aside; rejects where that must end the sink. */
  readonly refuse: (operation: Operation, error: RecordError) => Promise<void>
}

/** Operations that can't be judged now, because something that must be asked for it doesn't answer. They are to be sent again. */
export interface Unjudged {
  readonly operations: readonly Operation[]
  readonly reason: string
}

interface Stored {
  readonly operation: Operation
  readonly stored: bigint
}

/**
 * Judges version conflicts: a repeated or stale record is done, one that meets a foreign version is set aside. Answers what it can't judge
 * now: that is neither done nor set aside, and comes again.
 */
export async function resolveConflicts(
  conflicts: readonly Answered[],
  options: ConflictOptions,
): Promise<Unjudged> {
  const byOffset = conflicts.filter(({ operation }) => operation.versionIsOffset)
  // A version from a header is an order of the operator's own: what is higher is later.
  for (let i = byOffset.length; i < conflicts.length; i++) options.events.stale()
  const { open, unjudged } = await possiblyForeign(byOffset, options)
  if (open.length === 0) return unjudged
  const ends = await endsOf(open, options)
  if (typeof ends === 'string') {
    const operations = [...unjudged.operations, ...open.map(({ operation }) => operation)]
    return { operations, reason: ends }
  }
  for (const one of open) await judge(one, ends.get(one.operation.progress) ?? 0n, options)
  return unjudged
}

async function judge(
  { operation, stored }: Stored,
  endOffset: bigint,
  { events, refuse }: ConflictOptions,
): Promise<void> {
  const ours = operation.version!
  if (conflictOf({ ours, stored, endOffset }) === 'stale') return events.stale()
  const { topic, partition } = operation.progress
  const at = { id: operation.id!, resource: operation.resource, stored, ours, endOffset, topic, partition }
  await refuse(operation, new RecordError(foreignMessage(at)))
}

/** Notes what is stored already; what is left needs the end of its partition to be judged. */
async function possiblyForeign(
  conflicts: readonly Answered[],
  options: ConflictOptions,
): Promise<{ open: readonly Stored[]; unjudged: Unjudged }> {
  const open: Stored[] = []
  const operations: Operation[] = []
  let reason = ''
  for (const { operation, item } of conflicts) {
    const stored = storedVersionIn(item.reason) ?? (await readVersion(operation, options))
    if (typeof stored === 'string') {
      operations.push(operation)
      reason = stored
    } else if (stored === operation.version || stored === undefined) options.events.repeated()
    else open.push({ operation, stored })
  }
  return { open, unjudged: { operations, reason } }
}

/** The stored version; `undefined` where there is none any more, a reason where it can't be read now. */
async function readVersion(
  { resource, id }: Operation,
  options: ConflictOptions,
): Promise<bigint | undefined | string> {
  const path = `/${encodeURIComponent(resource)}/_doc/${encodeURIComponent(id!)}`
  const answer = await options.ask({ method: 'GET', path, query: { _source: 'false' } }, options.signal)
  if (answer.kind === 'ok') return BigInt((answer.body as { _version: number })._version)
  if (answer.kind === 'unreachable' || requestOutcomeOf(answer.status) === 'retry') return failureText(answer)
  if (answer.status === 404) {
    // A deleted document has no version to be read: the delete that met us was the later one. A deleted index has lost all.
    return answer.errorType === 'index_not_found_exception' ? failureText(answer) : undefined
  }
  throw new Error(`The version of document "${id}" in ${resource} can't be read: ${failureText(answer)}`)
}

/** The ends of the operations' partitions, or why Kafka can't tell them now. */
async function endsOf(
  open: readonly Stored[],
  options: ConflictOptions,
): Promise<ReadonlyMap<TopicPartition, bigint> | string> {
  const partitions = [...new Set(open.map(({ operation }) => operation.progress))]
  try {
    const ends = await options.endOffsets(partitions.map(({ topic, partition }) => ({ topic, partition })))
    const endOf = (one: TopicPartition): bigint =>
      ends.find((end) => end.topic === one.topic && end.partition === one.partition)?.offset ?? 0n
    return new Map(partitions.map((one) => [one, endOf(one)]))
  } catch (error) {
    if (kindOf(error) !== 'retriable') throw error
    return error instanceof Error ? error.message : String(error)
  }
}
