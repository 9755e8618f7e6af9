import { NULL_FIELD } from '@sluice/template'
import { FRAME_HEADER_BYTES, frameEnd, ROW } from './row-frames.ts'

/**
 * What to do with a field beside taking its escapes away: `text` leaves it, `bytea` turns hex digits into bytes,
 * `timestamp` writes PostgreSQL's ISO form (`2024-01-31 12:00:00+00`) as ISO 8601 does (`2024-01-31T12:00:00Z`).
 */
export type FieldForm = 'text' | 'bytea' | 'timestamp'

/** Fields that are given to a batch, then columns of whole numbers that are not. */
export interface RowForm {
  readonly forms: readonly FieldForm[]
  readonly cursorCount: number
}

export interface SplitRows {
  readonly count: number
  /** Of the row fields, ready for a RowBatch. */
  readonly fieldEnds: Uint32Array
  /** The trailing columns of all rows, each as `readWhole` has it. */
  readonly cursors: Float64Array
  /** How much of the input was read. */
  readonly consumed: number
}

const TAB = 0x09
const NEWLINE = 0x0a
const MINUS = 0x2d
const BACKSLASH = 0x5c
const ZERO = 0x30
const UPPER_N = 0x4e

/** The letters that stand for control characters after a backslash. Source: PostgreSQL's documentation of COPY, "Text Format". */
const control = new Uint8Array(256).map((_, byte) => {
  const at = 'bfnrtv'.indexOf(String.fromCharCode(byte))
  return at === -1 ? byte : [8, 12, 10, 13, 9, 11][at]!
})

/**
 * Splits messages of COPY, in its text format, in place: fields are moved together to the front of `data`, without headers, separators and
 * escapes. There must be at least `count` whole rows.
 */
export function splitRows(data: Uint8Array, { forms, cursorCount }: RowForm, count: number): SplitRows {
  const fields = forms.length
  const special = forms.map((form) => form !== 'text')
  const ends = new Uint32Array(count * fields)
  const cursors = new Float64Array(count * cursorCount * 2)
  let out = 0
  let at = 0
  for (let row = 0; row < count; ) {
    const next = frameEnd(data, at)
    if (data[at] !== ROW) {
      at = next
      continue
    }
    at += FRAME_HEADER_BYTES
    for (let field = 0; field < fields; field++) {
      const start = out
      let byte = data[at++]!
      if (byte === BACKSLASH && data[at] === UPPER_N) {
        ends[row * fields + field] = (start | NULL_FIELD) >>> 0
        at += 2
        continue
      }
      while (byte !== TAB && byte !== NEWLINE) {
        data[out++] = byte === BACKSLASH ? control[data[at++]!]! : byte
        byte = data[at++]!
      }
      if (special[field]) out = reform(data, { form: forms[field]!, start, end: out })
      ends[row * fields + field] = out
    }
    for (let cursor = 0; cursor < cursorCount; cursor++) {
      at = writeWhole(data, at, { cursors, index: row * cursorCount + cursor })
    }
    at = next
    row++
  }
  return { count, fieldEnds: ends, cursors, consumed: at }
}

/** Digits beyond those that two doubles hold exactly. */
const MOST_DIGITS = 24

/** A whole number that takes two doubles: what is before its last nine digits, and these. Gives where the next column begins. */
function writeWhole(
  data: Uint8Array,
  start: number,
  to: { readonly cursors: Float64Array; readonly index: number },
): number {
  const isNegative = data[start] === MINUS
  const from = isNegative ? start + 1 : start
  let end = from
  while (data[end] !== TAB && data[end] !== NEWLINE) end++
  if (end - from > MOST_DIGITS)
    throw new Error(`An id of ${end - from} digits is too large to be read on from.`)
  const sign = isNegative ? -1 : 1
  const split = Math.max(from, end - 9)
  to.cursors[to.index * 2] = sign * digits(data, from, split)
  to.cursors[to.index * 2 + 1] = sign * digits(data, split, end)
  return end + 1
}

function digits(data: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = value * 10 + data[at]! - ZERO
  return value
}

/** The whole number that a cursor is; a bigint where a number would not be exact. */
export function readWhole(cursors: Float64Array, index: number): number | bigint {
  const [high, low] = [cursors[index * 2]!, cursors[index * 2 + 1]!]
  const value = high * 1e9 + low
  return Number.isSafeInteger(value) ? value : BigInt(high) * 1_000_000_000n + BigInt(low)
}

function reform(
  data: Uint8Array,
  field: { readonly form: FieldForm; readonly start: number; readonly end: number },
): number {
  return field.form === 'bytea' ? fromHex(data, field.start, field.end) : toIso(data, field.start, field.end)
}

/** `\x` and pairs of hex digits. */
function fromHex(data: Uint8Array, start: number, end: number): number {
  let out = start
  for (let at = start + 2; at < end; at += 2) data[out++] = (nibble(data[at]!) << 4) | nibble(data[at + 1]!)
  return out
}

function nibble(digit: number): number {
  return digit < 0x3a ? digit - 0x30 : (digit | 0x20) - 0x57
}

/** A day has ten characters at least. Years before Christ end in " BC" and stay as PostgreSQL writes them, as do `infinity` and `-infinity`. */
function toIso(data: Uint8Array, start: number, end: number): number {
  let blank = start + 10
  while (blank < end && data[blank] !== 0x20) blank++
  if (blank >= end || data[end - 1] === 0x43) return end
  data[blank] = 0x54
  const isUtc = data[end - 3] === 0x2b && data[end - 2] === 0x30 && data[end - 1] === 0x30
  if (!isUtc) return end
  data[end - 3] = 0x5a
  return end - 2
}
