/** A string as Jackson writes it: JSON.stringify, but for the capitals in escapes of control characters. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text)
  return capitals.test(text) ? quoted.replace(/\\u00[01][0-9a-f]|\\\\/g, raise) : quoted
}

/** Control characters without a short escape whose number has a letter in it. */
const capitals = /[\u000b\u000e\u000f\u001a-\u001f]/

function raise(escape: string): string {
  return escape === '\\\\' ? escape : `\\u${escape.slice(2).toUpperCase()}`
}

/** A property name with its colon. */
export function property(name: string): string {
  return `${quote(name)}:`
}

export function base64(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`
}
