/**
 * Sorts named things as a java.util.HashMap of their names has them, if it was made for so many. Later ones of the same name take the
 * place of earlier ones. Source: java.util.HashMap (buckets that became trees keep their order of insertion too).
 */
export function inJavaOrder<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  const byName = new Map(items.map((item) => [item.name, item]))
  const buckets = bucketsFor(items.length, byName.size)
  const bucketOf = ({ name }: T): number => {
    const hash = stringHash(name)
    return (hash ^ (hash >>> 16)) & (buckets - 1)
  }
  return [...byName.values()].toSorted((a, b) => bucketOf(a) - bucketOf(b))
}

/** `new HashMap(capacity)`: the power of two from there, doubled where more than three quarters would be full. */
function bucketsFor(capacity: number, size: number): number {
  let buckets = 1
  while (buckets < capacity) buckets *= 2
  return size > buckets * 0.75 ? buckets * 2 : buckets
}

/** java.lang.String.hashCode */
function stringHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0
  return hash
}
