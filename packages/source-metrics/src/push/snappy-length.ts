/** How many bytes a snappy block says it unpacks to, which is its first number. Undefined: it has none. */
export function snappyLength(bytes: Uint8Array): number | undefined {
  let length = 0
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return length < 2 ** 32 ? length : undefined
  }
  return undefined
}
