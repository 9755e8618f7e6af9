/** Bytes that grow as they are written. Whoever writes makes room first: `room` for the most that may come. */
export class ByteWriter {
  bytes: Buffer
  at = 0

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size)
  }

  room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + bytes))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  /** Short texts without characters beyond ASCII, and pieces that were made before. */
  put(piece: Uint8Array): void {
    if (piece.length < 32) return this.slice(piece, 0, piece.length)
    this.bytes.set(piece, this.at)
    this.at += piece.length
  }

  text(text: string): void {
    this.room(text.length * 3)
    this.at += this.bytes.write(text, this.at)
  }

  /** A piece of another buffer; a loop, because pieces are short and each view costs more than its bytes. */
  slice(from: Uint8Array, start: number, end: number): void {
    const { bytes } = this
    let { at } = this
    for (let i = start; i < end; i++) bytes[at++] = from[i]!
    this.at = at
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.at)
  }
}
