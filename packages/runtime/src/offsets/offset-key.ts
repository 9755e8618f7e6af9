import { parseJson, type SourcePartition, stringifyJson } from '@sluice/template'

/** The same text for equal partitions, whatever the order of their fields: how keys are compared here. */
export function keyText(connector: string, partition: SourcePartition): string {
  const fields = Object.entries(partition).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return stringifyJson([connector, fields])
}

/** A stored key, `["connector",{partition}]`, as Kafka Connect writes it; undefined for anything else. */
export function parseKey(bytes: Uint8Array): { connector: string; partition: SourcePartition } | undefined {
  let key: unknown
  try {
    key = parseJson(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
  if (!Array.isArray(key) || key.length !== 2) return undefined
  const [connector, partition] = key as unknown[]
  if (typeof connector !== 'string' || typeof partition !== 'object' || partition === null) return undefined
  return { connector, partition: partition as SourcePartition }
}

/**
 * The key's bytes as Kafka Connect would write them: compact JSON, the partition's fields in the order of a java.util.HashMap, because
 * connectors build partitions as such maps and stores compare keys by their bytes.
 */
export function keyBytes(connector: string, partition: SourcePartition): Buffer {
  const names = hashMapOrder(Object.keys(partition))
  const fields = names.map((name) => `${JSON.stringify(name)}:${stringifyJson(partition[name])}`)
  return Buffer.from(`[${JSON.stringify(connector)},{${fields.join(',')}}]`)
}

/** The order in which a java.util.HashMap of default capacity lists these keys, given the order of insertion. */
export function hashMapOrder(keys: readonly string[]): readonly string[] {
  let capacity = 16
  while (keys.length > capacity * 0.75) capacity *= 2
  const bucket = (key: string): number => spread(hashCode(key)) & (capacity - 1)
  return keys.toSorted((a, b) => bucket(a) - bucket(b))
}

/** java.lang.String.hashCode. */
function hashCode(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0
  return hash
}

/** java.util.HashMap's own mixing of a hash. */
function spread(hash: number): number {
  return hash ^ (hash >>> 16)
}
