import { parseJson, RecordError } from '@sluice/template'

/** A number whose digits must be kept: `1.50` is another decimal than `1.5`. */
export class NumberText {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** How numbers come: `quick` as parseJson gives them, `exact` as NumberText unless they are whole, at several times the cost. */
export type Digits = 'quick' | 'exact'

/** One JSON document. Integers beyond ±2^53 come as bigint. Throws a RecordError for other bytes. */
export function parseRecord(bytes: Uint8Array, digits: Digits): unknown {
  try {
    const text = utf8.decode(bytes)
    return digits === 'quick' ? parseJson(text) : JSON.parse(text, revive)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RecordError(`The ${bytes.length} bytes are no JSON document: ${reason}`, { cause })
  }
}

function revive(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (/[.eE]/.test(source) || source === '-0') return new NumberText(source)
  return Number.isSafeInteger(value) ? value : BigInt(source)
}
