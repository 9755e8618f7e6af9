const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text that bytes are in UTF-8, or undefined. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * Bytes on one line for people: text as it is, with control characters escaped (they could steer a terminal), other bytes in hexadecimal; what a
 * schema registry's converter wrote with the number of its schema. Longer than `most` characters it is cut.
 */
export function readableBytes(bytes: Uint8Array | null, most: number): string {
  if (bytes === null) return '(null)'
  if (bytes.length === 0) return '(empty)'
  const registered = bytes.length > 5 && bytes[0] === 0
  const text = registered ? undefined : textIn(bytes)
  if (text !== undefined) return cut(escaped(text), most, bytes.length)
  const hex = (from: number): string =>
    `0x${Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from).toString('hex')}`
  if (!registered) return cut(hex(0), most, bytes.length)
  const schema = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  return cut(`(schema ${schema}) ${hex(5)}`, most, bytes.length)
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text of strangers on one line: what a terminal doesn't print, or might obey, is escaped. */
export function escaped(text: string): string {
  return text.replace(
    /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu,
    (found) => shortEscapes[found] ?? `\\u{${found.codePointAt(0)!.toString(16)}}`,
  )
}

function cut(text: string, most: number, bytes: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}... (${bytes} bytes, --full shows all)`
}
