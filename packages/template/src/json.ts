/**
 * JSON as the runtime stores and shows it. `bigint` is part of it: an int64 is never rounded. Write stored shapes as `type`,
 * not `interface` (an interface has no index signature, so it isn't `Json`).
 */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

/**
 * Parses JSON without losing an integer: those beyond ±2^53 come as `bigint`, everything else as `JSON.parse` gives it.
 * A `__proto__` key becomes an ordinary property. Throws a SyntaxError for anything that isn't one JSON document.
 */
export function parseJson(text: string): Json {
  // a reviver costs several times as much, and only integers of many digits need one
  return hasLongDigits(text) ? JSON.parse(text, reviveInteger) : JSON.parse(text)
}

/** Integers of fewer digits are safe. */
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

function reviveInteger(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
}

/** The other way round: `bigint` is written as a plain number. Properties whose value is `undefined` are left out. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, (_key, member) =>
    typeof member === 'bigint' ? rawJson(member.toString()) : member,
  )
}

function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
}
