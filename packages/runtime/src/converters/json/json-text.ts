/**
 * A string as Jackson writes it: JSON.stringify, but capital digits in escapes of control characters, and characters beyond the
 * 16-bit plane as two escapes.
 */
export function quote(text: string): string {
  const quoted = JSON.stringify(text)
  return special.test(quoted) ? quoted.replace(specials, raise) : quoted
}

/** What may have to be written otherwise; an escaped backslash is met too, so that what follows it isn't taken for an escape. */
const special = /\\u00[01]|[\ud800-\udfff]/
const specials = /\\u00[01][0-9a-f]|\\\\|[\ud800-\udfff]/g

function raise(found: string): string {
  if (found === '\\\\') return found
  if (found.length > 1) return `\\u${found.slice(2).toUpperCase()}`
  return `\\u${found.charCodeAt(0).toString(16).toUpperCase()}`
}

/** A property name with its colon. */
export function property(name: string): string {
  return `${quote(name)}:`
}

export function base64(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`
}
