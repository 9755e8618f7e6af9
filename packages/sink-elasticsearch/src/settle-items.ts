import { RecordError } from '@sluice/template'
import type { Answered, Unjudged } from './conflicts.ts'
import type { Events } from './events.ts'
import { fatal } from './fatal.ts'
import type { Operation } from './operation.ts'
import { type ItemResult, outcomeOf } from './outcome.ts'
import type { Failed, Resources } from './resources.ts'

export interface SettleOptions {
  readonly resources: Pick<Resources, 'forget'>
  readonly events: Pick<Events, 'written' | 'pushedBack' | 'unjudged'>
  /** The operation needs no more work. */
  readonly settle: (operation: Operation) => void
  /** Sets the operation's record aside; rejects where that must end the sink. */
  readonly refuse: (operation: Operation, error: RecordError) => Promise<void>
  /** Decides what a version conflict means and sets aside what it must; answers what it can't decide now. */
  readonly resolveConflicts: (conflicts: readonly Answered[]) => Promise<Unjudged>
}

/** `busy`: the server was too busy for them. `blocked`: their index, or what must be asked about them, isn't to be had now. */
export interface Open {
  readonly busy: readonly Operation[]
  readonly blocked: readonly Operation[]
}

/** Does with each operation what its item of the answer says. Rejects with what must end the sink. */
export async function settleItems(
  operations: readonly Operation[],
  items: readonly ItemResult[],
  options: SettleOptions,
): Promise<Open> {
  const busy: Operation[] = []
  const blocked: Operation[] = []
  const conflicts: Answered[] = []
  const bad: Answered[] = []
  let written = 0
  let reason = ''
  for (const [index, operation] of operations.entries()) {
    const item = items[index]!
    switch (outcomeOf(operation.kind, item)) {
      case 'done':
        written++
        options.settle(operation)
        break
      case 'conflict':
        // Without a version of ours it can't be that the stored one is later: two writes met.
        if (operation.version === undefined) {
          blocked.push(operation)
          reason = itemText(item)
        } else conflicts.push({ operation, item })
        break
      case 'missing':
        if (!options.resources.forget(operation.resource)) throw fatal(refusedItem(item))
        blocked.push(operation)
        reason = itemText(item)
        break
      case 'blocked':
        blocked.push(operation)
        reason = itemText(item)
        break
      case 'retry':
        busy.push(operation)
        reason = itemText(item)
        break
      case 'bad':
        bad.push({ operation, item })
        break
      case 'fatal':
        throw fatal(refusedItem(item))
    }
  }
  options.events.written(written)
  await Promise.all(bad.map(({ operation, item }) => refuse(operation, itemText(item), options)))
  if (busy.length + blocked.length > 0) options.events.pushedBack(busy.length + blocked.length, reason)
  if (conflicts.length > 0) blocked.push(...(await settleConflicts(conflicts, options)))
  return { busy, blocked }
}

async function settleConflicts(
  conflicts: readonly Answered[],
  { resolveConflicts, settle, events }: SettleOptions,
): Promise<readonly Operation[]> {
  const { operations: unjudged, reason } = await resolveConflicts(conflicts)
  if (unjudged.length > 0) events.unjudged(unjudged.length, reason)
  const again = new Set(unjudged)
  for (const { operation } of conflicts) if (!again.has(operation)) settle(operation)
  return unjudged
}

/** Sets aside what Elasticsearch will never take. */
export async function refuse(
  operation: Operation,
  reason: string,
  options: Pick<SettleOptions, 'refuse' | 'settle'>,
): Promise<void> {
  await options.refuse(operation, new RecordError(`Elasticsearch refused the document: ${reason}`))
  options.settle(operation)
}

function itemText(item: ItemResult): string {
  return `${item.errorType ?? `status ${item.status}`}: ${item.reason ?? 'no reason given'}`
}

function refusedItem({ status, errorType = '', reason = '' }: ItemResult): Failed {
  return { kind: 'refused', status, errorType, reason }
}
