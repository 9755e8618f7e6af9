import type { ConnectorConfig } from '../logs/cluster-state.ts'

/** What has to happen before the tasks of a source start: nothing, a note of how many there will be, or the fencing of so many former ones before that. */
export type FencingNeed = 'nothing' | 'note' | { readonly fence: number }

/**
 * Whoever starts a task fences only the one of its own number; so where there were or will be several, those that aren't followed by one of their number, or whose
 * work another has now, are fenced before. (KIP-618; the rules are those of Kafka Connect's herder.)
 */
export function fencingNeed({
  fencingPending,
  fencedTaskCount,
  taskCount,
}: Pick<ConnectorConfig, 'fencingPending' | 'fencedTaskCount' | 'taskCount'>): FencingNeed {
  if (!fencingPending) return 'nothing'
  // No transactional producer of the connector was ever started.
  if (fencedTaskCount === undefined) return 'note'
  return fencedTaskCount === 1 && taskCount === 1 ? 'note' : { fence: fencedTaskCount }
}
