import { kindOf, RecordError } from '@sluice/template'

/** A JSON number whose digits must be kept: `1.50` is another decimal than `1.5`. */
export class NumberText {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** Like template's parseJson, but fractions and exponents come as `NumberText`. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, function (this: unknown, _key, value: unknown, context?: { source?: string }) {
    const source = context?.source
    if (typeof value !== 'number' || source === undefined) return value
    if (/[.eE]/.test(source)) return new NumberText(source)
    return Number.isSafeInteger(value) ? value : BigInt(source)
  })
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
