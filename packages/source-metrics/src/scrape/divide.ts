import { createHash } from 'node:crypto'
import type { Target } from './target.ts'

/**
 * Divides targets over at most `most` tasks, evenly, so that few change their task when targets come and go: each goes to the task that ranks highest for it and has room.
 * The same targets are always divided alike.
 */
export function divide(targets: readonly Target[], most: number): readonly (readonly Target[])[] {
  const count = Math.min(most, targets.length)
  const room = Math.ceil(targets.length / count)
  const shares = Array.from({ length: count }, (): Target[] => [])
  for (const target of targets.toSorted(byRank)) {
    const ranked = shares
      .map((share, task) => ({ share, rank: hashOf(`${task} ${target.url}`) }))
      .filter(({ share }) => share.length < room)
      .toSorted((a, b) => b.rank - a.rank)
    ranked[0]!.share.push(target)
  }
  return shares.map((share) => share.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1)))
}

function byRank(a: Target, b: Target): number {
  return hashOf(a.url) - hashOf(b.url)
}

/** Equal for the same target. */
export function identity({ url, labels }: Target): string {
  return JSON.stringify([url, labels])
}

/** A number of 48 bits that is spread evenly. */
export function hashOf(text: string): number {
  return createHash('md5').update(text).digest().readUIntBE(0, 6)
}
