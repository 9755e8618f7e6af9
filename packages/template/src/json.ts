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
  return JSON.parse(text, reviveInteger)
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
