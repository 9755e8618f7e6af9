const jitter = 0.2

/** Exponential: `first` doubling with each attempt (from 0) up to `max`, give or take 20 % (KIP-144, KIP-580). */
export function backoffMs(wait: { first: number; max: number; attempt: number }): number {
  const base = Math.min(wait.max, wait.first * 2 ** Math.min(wait.attempt, 30))
  return base * (1 - jitter + 2 * jitter * Math.random())
}
