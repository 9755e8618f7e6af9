const multiplier = 0x5bd1e995
const seed = 0x9747b28c

/** MurmurHash2 with the seed that Kafka's Java clients use, as a signed 32-bit number. */
export function murmur2(data: Uint8Array): number {
  const { length } = data
  let hash = (seed ^ length) | 0
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word =
      byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24)
    word = Math.imul(word, multiplier)
    word ^= word >>> 24
    word = Math.imul(word, multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  const rest = length - at
  if (rest === 3) hash ^= byte(data, at + 2) << 16
  if (rest >= 2) hash ^= byte(data, at + 1) << 8
  if (rest >= 1) hash = Math.imul(hash ^ byte(data, at), multiplier)
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return hash ^ (hash >>> 15)
}

function byte(data: Uint8Array, at: number): number {
  return data[at] ?? 0
}

/** The partition of a key, equal to the one that Kafka's Java producer picks. */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}
