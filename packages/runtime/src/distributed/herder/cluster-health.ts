import { wait } from '@sluice/template'
import type { Health } from '../../worker/connectors.ts'
import { until } from './until.ts'

export interface HealthParts {
  /** Whether the worker has had its part in the cluster once. */
  readonly hasJoined: () => boolean
  /** Whether it has a seat in the group, and its coordinator answers. */
  readonly isInTouch: () => boolean
  /** Reads the config topic to its end. */
  readonly refresh: (call: { readonly timeoutMs: number }) => Promise<void>
  /** Resolves once the writes to it that were begun before are over. */
  readonly settled: () => Promise<void>
}

/**
 * Whether a worker does its work as a member of a cluster (KIP-1017). As in Kafka Connect, whose health is a request that goes through all that its herder
 * does: it waits for each of these until the time is over, because a rebalance passes. Never rejects.
 */
export async function clusterHealth(
  { hasJoined, isInTouch, refresh, settled }: HealthParts,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Health> {
  const endMs = performance.now() + timeoutMs
  const leftMs = (): number => Math.max(0, endMs - performance.now())
  if (!(await until(hasJoined, leftMs()))) {
    return { status: 'starting', detail: 'It waits for its part in the cluster.' }
  }
  if (!(await until(isInTouch, leftMs()))) {
    return unhealthy('It has no seat in the group of its cluster, or the coordinator gives no answer.')
  }
  const isRead = refresh({ timeoutMs: leftMs() }).then(
    () => true,
    () => false,
  )
  if (!(await within(isRead, leftMs()))) return unhealthy('It could not read the config topic to its end.')
  const isSettled = settled().then(() => true)
  if (!(await within(isSettled, leftMs()))) return unhealthy('A write to the config topic does not end.')
  return { status: 'healthy' }
}

const unhealthy = (detail: string): Health => ({ status: 'unhealthy', detail })

/** False where it takes longer. */
async function within(outcome: Promise<boolean>, ms: number): Promise<boolean> {
  const waiting = new AbortController()
  const late = wait(ms, waiting.signal).then(
    () => false,
    () => false,
  )
  const isGood = await Promise.race([outcome, late])
  waiting.abort()
  return isGood
}
