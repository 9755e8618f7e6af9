import { type Json, kindOf, parseJson, RecordError } from '@sluice/template'

/** A JSON number whose digits must be kept: `1.50` is another decimal than `1.5`. */
export class NumberText {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** Like parseJson, but fractions and exponents come as `NumberText`. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, function (this: unknown, _key, value: unknown, context?: { source?: string }) {
    const source = context?.source
    if (typeof value !== 'number' || source === undefined) return value
    if (/[.eE]/.test(source)) return new NumberText(source)
    return Number.isSafeInteger(value) ? value : BigInt(source)
  })
}

/** parseJson, without its cost where no integer is long. */
export function parseQuick(text: string): Json {
  return hasLongDigits(text) ? parseJson(text) : (JSON.parse(text) as Json)
}

/** Integers of fewer digits are safe, so nothing needs to be looked at again. */
const longDigits = 16

/** A run of that many digits lies on one of every that many places, wherever it begins. */
function hasLongDigits(text: string): boolean {
  for (let at = longDigits - 1; at < text.length; at += longDigits) {
    if (!isDigit(text, at)) continue
    let start = at
    while (isDigit(text, start - 1)) start--
    let end = at + 1
    while (isDigit(text, end)) end++
    if (end - start >= longDigits) return true
  }
  return false
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

/** Throws a TypeError for what is no UTF-8. */
export const utf8: InstanceType<typeof TextDecoder> = new TextDecoder('utf-8', {
  fatal: true,
  ignoreBOM: true,
})

/** What `read` makes of the text. Throws a RecordError for bytes that are no UTF-8 and for texts that are no JSON document. */
export function parseBytes<T>(bytes: Uint8Array, read: (text: string) => T): T {
  try {
    return read(utf8.decode(bytes))
  } catch (cause) {
    if (kindOf(cause) === 'record') throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RecordError(`The ${bytes.length} bytes are no JSON document: ${reason}`, { cause })
  }
}
