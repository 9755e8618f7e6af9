import type { Json } from '@sluice/template'

/**
 * How far a table was read. Stored as the JDBC source stores it: `incrementing` the id; `timestamp` milliseconds since the epoch and
 * `timestamp_nanos` the nanoseconds within the second. `xid` is ours.
 */
export type Offset = Readonly<
  Partial<Record<'incrementing' | 'timestamp' | 'timestamp_nanos' | 'xid', number | bigint>>
>

/** The same in the form that reading needs: microseconds since the epoch, as PostgreSQL counts. */
export interface Position {
  readonly id?: bigint
  readonly micros?: bigint
  /** What the clock on the wall said then, counted as if that were UTC, for a column without time zone. Absent: not known, or the same. */
  readonly wallMicros?: bigint
  readonly xid?: bigint
}

export function toOffset(position: Position): Offset {
  const { id, micros, xid } = position
  return {
    ...(id === undefined ? {} : { incrementing: compact(id) }),
    ...(micros === undefined
      ? {}
      : {
          timestamp: compact(floorDiv(micros, 1000n)),
          timestamp_nanos: Number((micros - floorDiv(micros, 1_000_000n) * 1_000_000n) * 1000n),
        }),
    ...(xid === undefined ? {} : { xid: compact(xid) }),
  }
}

export function toPosition(offset: Offset): Position {
  const { incrementing, timestamp, timestamp_nanos: nanos, xid } = offset
  return {
    ...(incrementing === undefined ? {} : { id: BigInt(incrementing) }),
    ...(timestamp === undefined ? {} : { micros: microsOf(BigInt(timestamp), nanos) }),
    ...(xid === undefined ? {} : { xid: BigInt(xid) }),
  }
}

/** Throws with what is wrong; members that this version doesn't know are wrong, for they may mean that it would read on at the wrong row. */
export function parseOffset(raw: Json): Offset {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new Error(`An offset of this connector is an object, not ${JSON.stringify(raw)}.`)
  }
  const known = ['incrementing', 'timestamp', 'timestamp_nanos', 'xid']
  const members = Object.entries(raw as { readonly [key: string]: Json }).filter(
    ([, value]) => value !== null,
  )
  for (const [name, value] of members) {
    if (!known.includes(name)) {
      throw new Error(`An offset of this connector has the members ${known.join(', ')}, not "${name}".`)
    }
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
      throw new Error(`The offset's member "${name}" is a whole number, not ${JSON.stringify(value)}.`)
    }
  }
  return Object.fromEntries(members) as Offset
}

function microsOf(millis: bigint, nanos: number | bigint | undefined): bigint {
  return nanos === undefined
    ? millis * 1000n
    : floorDiv(millis, 1000n) * 1_000_000n + floorDiv(BigInt(nanos), 1000n)
}

function compact(value: bigint): number | bigint {
  const asNumber = Number(value)
  return Number.isSafeInteger(asNumber) ? asNumber : value
}

function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
