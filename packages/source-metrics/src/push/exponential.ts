import type { Bucket } from '../model/metric.ts'

/** Buckets of growing width on one side of zero: bucket `i` reaches from base^(offset+i) to base^(offset+i+1). */
export interface Side {
  readonly offset: number
  readonly counts: readonly number[]
}

export interface Exponential {
  /** The base is 2^(2^-scale). */
  readonly scale: number
  readonly zeroCount: number
  readonly zeroThreshold: number
  readonly positive: Side
  readonly negative: Side
}

/** The same histogram with its bounds spelled out, ascending, empty buckets where one begins behind a gap. */
export function explicitBuckets({
  scale,
  zeroCount,
  zeroThreshold,
  positive,
  negative,
}: Exponential): readonly Bucket[] {
  const bound = (index: number): number => 2 ** (index * 2 ** -scale)
  const buckets: Bucket[] = []
  for (let at = negative.counts.length - 1; at >= 0; at--) {
    if (buckets.length === 0) buckets.push({ upperLimit: -bound(negative.offset + at + 1), count: 0 })
    buckets.push({ upperLimit: -bound(negative.offset + at), count: negative.counts[at]! })
  }
  if (zeroCount > 0 || buckets.length > 0) buckets.push({ upperLimit: zeroThreshold, count: zeroCount })
  positive.counts.forEach((count, at) => {
    if (at === 0) buckets.push({ upperLimit: bound(positive.offset), count: 0 })
    buckets.push({ upperLimit: bound(positive.offset + at + 1), count })
  })
  return buckets.filter(({ upperLimit }, at) => at === 0 || upperLimit > buckets[at - 1]!.upperLimit)
}
