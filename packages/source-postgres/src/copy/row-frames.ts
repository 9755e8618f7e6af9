/** Of a message of the server: one byte says what it is, four how long the rest is, themselves included. */
export const FRAME_HEADER_BYTES = 5

/** Source: PostgreSQL, "Message Formats": CopyData, which is always one row; CopyOutResponse, and what may come in between at any time. */
export const ROW = 0x64
const PASSED_OVER = new Set(Buffer.from('HNSA'))

export interface RowFrames {
  /** Whole rows. */
  readonly rows: number
  /** Where the last whole message ends. */
  readonly end: number
  /** Bytes up to the end of the message that begins there, as far as that is known. */
  readonly wanted: number
  /** Is the message there one that ends the rows? */
  readonly isOver: boolean
}

/** Walks over the messages between two positions without looking into them. */
export function rowFrames(data: Uint8Array, from: number, to: number): RowFrames {
  let rows = 0
  let at = from
  while (at < to) {
    const code = data[at]!
    if (code !== ROW && !PASSED_OVER.has(code)) return { rows, end: at, wanted: 0, isOver: true }
    if (at + FRAME_HEADER_BYTES > to) break
    const next = frameEnd(data, at)
    if (next > to) return { rows, end: at, wanted: next - at, isOver: false }
    if (code === ROW) rows++
    at = next
  }
  return { rows, end: at, wanted: 0, isOver: false }
}

/** Where the message that begins there ends. */
export function frameEnd(data: Uint8Array, at: number): number {
  return at + 1 + ((data[at + 1]! << 24) | (data[at + 2]! << 16) | (data[at + 3]! << 8) | data[at + 4]!)
}
