/** What becomes of NaN and the infinities, for which JSON has no numbers. */
export const nonFiniteChoices = ['text', 'null', 'drop'] as const
export type NonFinite = (typeof nonFiniteChoices)[number]

/** A number as JSON can have it; those it can't have are texts as Vector writes them. */
export function jsonNumber(value: number | bigint, nonFinite: NonFinite): number | bigint | string | null {
  if (typeof value === 'bigint' || Number.isFinite(value)) return value
  if (nonFinite !== 'text') return null
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
}

/** Is it a plain value that some formats have no number for? */
export function isNonFinite(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value)
}
