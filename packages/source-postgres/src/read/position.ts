import type { Json } from '@sluice/template'

/**
 * How far a table was read. Stored as the JDBC source stores it: `incrementing` the id; `timestamp` milliseconds since the epoch and
 * `timestamp_nanos` the nanoseconds within the second. `xid` is ours.
 */
export type Offset = Readonly<
  Partial<Record<'incrementing' | 'timestamp' | 'timestamp_nanos' | 'xid', number | bigint>>
>

/** A whole number: a bigint where a number would not be exact, and only there, so that equal ones are the same. */
export type Whole = number | bigint

/** The same in the form that reading needs: microseconds since the epoch, as PostgreSQL counts. */
export interface Position {
  readonly id?: Whole
  readonly micros?: Whole
  /** What the clock on the wall said then, counted as if that were UTC, for a column without time zone. Absent: not known, or the same. */
  readonly wallMicros?: Whole
  readonly xid?: Whole
}

export function toOffset({ id, micros, xid }: Position): Offset {
  // one object for each row that is read: made in one go
  if (micros === undefined)
    return id === undefined ? (xid === undefined ? {} : { xid }) : { incrementing: id }
  const { timestamp, nanos } = momentOf(micros)
  const offset = { timestamp, timestamp_nanos: nanos }
  return id === undefined ? offset : { incrementing: id, ...offset }
}

export function toPosition({ incrementing, timestamp, timestamp_nanos: nanos, xid }: Offset): Position {
  return {
    ...(incrementing !== undefined && { id: whole(BigInt(incrementing)) }),
    ...(timestamp !== undefined && { micros: whole(microsOf(BigInt(timestamp), nanos)) }),
    ...(xid !== undefined && { xid: whole(BigInt(xid)) }),
  }
}

export function whole(value: bigint): Whole {
  const asNumber = Number(value)
  return Number.isSafeInteger(asNumber) ? asNumber : value
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

function momentOf(micros: Whole): { readonly timestamp: Whole; readonly nanos: number } {
  if (typeof micros === 'bigint') {
    const second = floorDiv(micros, 1_000_000n) * 1_000_000n
    return { timestamp: whole(floorDiv(micros, 1000n)), nanos: Number(micros - second) * 1000 }
  }
  // by remainders, for a quotient is rounded
  return { timestamp: (micros - modulo(micros, 1000)) / 1000, nanos: modulo(micros, 1_000_000) * 1000 }
}

function modulo(value: number, by: number): number {
  const rest = value % by
  return rest < 0 ? rest + by : rest
}

function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
