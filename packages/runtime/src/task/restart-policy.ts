import { backoffMs } from '../kafka/backoff.ts'

export interface RestartPolicy {
  /** First wait; it doubles from failure to failure. */
  readonly backoffMs: number
  readonly backoffMaxMs: number
  /** Restarts in a row; -1 is without end. */
  readonly max: number
}

const healthyMs = 10 * 60_000

/** How many failures in a row there have been, given one more after a run of `ranMs`: a healthy run starts the count afresh. */
export function failuresInRow(before: number, ranMs: number): number {
  return ranMs >= healthyMs ? 1 : before + 1
}

/** How long to wait before the restart that follows the n-th failure in a row; undefined: no restart. */
export function restartDelayMs(policy: RestartPolicy, failures: number): number | undefined {
  if (policy.max >= 0 && failures > policy.max) return undefined
  return backoffMs({ first: policy.backoffMs, max: policy.backoffMaxMs, attempt: failures - 1 })
}
