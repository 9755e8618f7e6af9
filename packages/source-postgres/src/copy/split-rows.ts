import { NULL_FIELD } from '@sluice/template'

/**
 * What to do with a field beside taking its escapes away: `text` leaves it, `bytea` turns hex digits into bytes,
 * `timestamp` writes PostgreSQL's ISO form (`2024-01-31 12:00:00+00`) as ISO 8601 does (`2024-01-31T12:00:00Z`).
 */
export type FieldForm = 'text' | 'bytea' | 'timestamp'

export interface SplitRows {
  readonly count: number
  /** Of the row fields, ready for a RowBatch. */
  readonly fieldEnds: Uint32Array
  /** The texts of the trailing cursor columns of row `r`: `cursors[r * cursorCount + c]`. */
  readonly cursors: readonly string[]
  /** How much of the input was read: the rest is rows that were not asked for, or the beginning of one. */
  readonly consumed: number
}

const TAB = 0x09
const NEWLINE = 0x0a
const BACKSLASH = 0x5c
const UPPER_N = 0x4e

/** The letters that stand for control characters after a backslash. Source: PostgreSQL's documentation of COPY, "Text Format". */
const control = new Uint8Array(256).map((_, byte) => {
  const at = 'bfnrtv'.indexOf(String.fromCharCode(byte))
  return at === -1 ? byte : [8, 12, 10, 13, 9, 11][at]!
})

/**
 * Splits the text format of COPY in place: fields are moved together to the front of `data`, without separators and escapes. Rows have
 * the given fields, then `cursorCount` columns of plain ASCII that go to `cursors`. Only whole rows are read, at most `maxRows`.
 */
export function splitRows(
  data: Uint8Array,
  row: { readonly forms: readonly FieldForm[]; readonly cursorCount: number; readonly maxRows: number },
): SplitRows {
  const { forms, cursorCount, maxRows } = row
  const fields = forms.length
  const special = forms.map((form) => form !== 'text')
  const cursors: string[] = []
  let ends = new Uint32Array(Math.max(64, Math.min(maxRows, data.length >> 5)) * fields)
  let out = 0
  let count = 0
  let consumed = 0
  const stop = data.lastIndexOf(NEWLINE) + 1
  let at = 0
  while (at < stop && count < maxRows) {
    if ((count + 1) * fields > ends.length) ends = grown(ends)
    for (let field = 0; field < fields; field++) {
      const start = out
      let byte = data[at++]!
      if (byte === BACKSLASH && data[at] === UPPER_N) {
        ends[count * fields + field] = (start | NULL_FIELD) >>> 0
        at += 2
        continue
      }
      while (byte !== TAB && byte !== NEWLINE) {
        data[out++] = byte === BACKSLASH ? control[data[at++]!]! : byte
        byte = data[at++]!
      }
      if (special[field]) out = reform(data, { form: forms[field]!, start, end: out })
      ends[count * fields + field] = out
    }
    for (let cursor = 0; cursor < cursorCount; cursor++) {
      const start = at
      while (data[at] !== TAB && data[at] !== NEWLINE) at++
      cursors.push(ascii(data, start, at++))
    }
    // a table without columns has empty lines
    if (fields + cursorCount === 0) at++
    count++
    consumed = at
  }
  return { count, fieldEnds: ends.slice(0, count * fields), cursors, consumed }
}

function grown(ends: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(ends.length * 2)
  larger.set(ends)
  return larger
}

function ascii(data: Uint8Array, start: number, end: number): string {
  // not joined from single characters: such a text is a tree of them
  return Buffer.from(data.buffer, data.byteOffset + start, end - start).toString('latin1')
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

/** Years before Christ end in " BC" and stay as PostgreSQL writes them, as do `infinity` and `-infinity`. */
function toIso(data: Uint8Array, start: number, end: number): number {
  const blank = data.indexOf(0x20, start)
  if (blank === -1 || blank >= end || data[end - 1] === 0x43) return end
  data[blank] = 0x54
  const isUtc = data[end - 3] === 0x2b && data[end - 2] === 0x30 && data[end - 1] === 0x30
  if (!isUtc) return end
  data[end - 3] = 0x5a
  return end - 2
}
