/** Bytes of a signed number (up to 53 bits) as Kafka's zigzag varint or varlong. */
export function varintSize(value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) {
    const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
    return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : zigzag < 0x10000000 ? 4 : 5
  }
  let rest = zigzag64(value)
  let size = 1
  while (rest > 0x7fn) {
    rest >>= 7n
    size += 1
  }
  return size
}

/** Writes a zigzag varint at `at` and returns where it ends. */
export function writeVarint(bytes: Buffer, value: number, at: number): number {
  if (value < -0x40000000 || value >= 0x40000000) return writeVarlong(bytes, value, at)
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  let end = at
  while (rest > 0x7f) {
    bytes[end++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[end++] = rest
  return end
}

function writeVarlong(bytes: Buffer, value: number, at: number): number {
  let rest = zigzag64(value)
  let end = at
  while (rest > 0x7fn) {
    bytes[end++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  bytes[end++] = Number(rest)
  return end
}

function zigzag64(value: number): bigint {
  const wide = BigInt(value)
  return wide < 0n ? -2n * wide - 1n : 2n * wide
}
