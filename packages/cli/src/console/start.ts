import { InvalidArgumentError } from 'commander'
import { parseSince } from '../dlq/letter-filter.ts'

/** Where in a partition something begins. */
export type Start =
  | { readonly at: 'beginning' }
  | { readonly at: 'end' }
  | { readonly at: 'offset'; readonly offset: bigint }
  /** So many records before the end. */
  | { readonly at: 'last'; readonly records: bigint }
  /** The first record that isn't older; milliseconds since the epoch. */
  | { readonly at: 'time'; readonly timestampMs: number }

/** Reads `beginning`, `end`, `1200`, `-10` (before the end), `2h` (ago), `2026-11-22T10:00:00Z`. */
export function parseStart(text: string): Start {
  if (text === 'beginning' || text === 'end') return { at: text }
  if (/^\d+$/.test(text)) return { at: 'offset', offset: BigInt(text) }
  if (/^-\d+$/.test(text)) return { at: 'last', records: BigInt(text.slice(1)) }
  try {
    return { at: 'time', timestampMs: parseSince(text) }
  } catch {
    throw new InvalidArgumentError(
      'It is beginning, end, an offset, -10 (so many before the end), a time such as 2026-11-22T10:00:00Z, or a span such as 30m, 2h, 1d.',
    )
  }
}

export interface Bounds {
  readonly earliest: ReadonlyMap<number, bigint>
  readonly latest: ReadonlyMap<number, bigint>
}

/** The offset of a partition, never outside of what there is; `atTime` of the partitions is asked for where the start is a time. */
export function offsetOf(
  start: Start,
  partition: number,
  { earliest, latest, atTime }: Bounds & { readonly atTime: ReadonlyMap<number, bigint> },
): bigint {
  const first = earliest.get(partition) ?? 0n
  const end = latest.get(partition) ?? first
  const wanted = ((): bigint => {
    switch (start.at) {
      case 'beginning':
        return first
      case 'end':
        return end
      case 'offset':
        return start.offset
      case 'last':
        return end - start.records
      case 'time':
        return atTime.get(partition) ?? end
    }
  })()
  if (wanted < first) return first
  return wanted > end ? end : wanted
}
