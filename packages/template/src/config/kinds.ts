import type { ConfigFields, Field, FieldOptions, GroupsField, PrefixField, WireType } from './field.ts'

/**
 * A factory of fields of one kind. With `default` the value is always there; with `optional: true` it may be undefined; with neither the
 * setting is required.
 */
export interface FieldKind<T> {
  (options: FieldOptions<T> & { readonly default: T }): Field<T>
  (options: FieldOptions<T> & { readonly optional: true }): Field<T | undefined>
  (options: FieldOptions<T>): Field<T>
}

type Options<T> = FieldOptions<T> & { readonly default?: T; readonly optional?: true }

function makeField<T>(
  how: { type: WireType; parse: (text: string) => T; show?: (value: T) => string; secret?: boolean },
  options: Options<T>,
): Field<T | undefined> {
  const { default: fallback, optional, validate, ...rest } = options
  return Object.freeze({
    ...rest,
    kind: 'field' as const,
    type: how.type,
    parse: (text: string) => {
      const value = how.parse(text)
      const wrong = validate?.(value)
      if (wrong !== undefined) throw new Error(wrong)
      return value
    },
    required: fallback === undefined && optional !== true,
    default: fallback,
    defaultText: fallback === undefined ? null : (how.show ?? String)(fallback),
    secret: how.secret ?? false,
  })
}

function kind<T>(how: {
  type: WireType
  parse: (text: string) => T
  show?: (value: T) => string
  secret?: boolean
}): FieldKind<T> {
  return ((options: Options<T>) => makeField(how, options)) as FieldKind<T>
}

/** Text as it is given, blanks around it removed. Empty text counts as given. */
export const string: FieldKind<string> = kind({ type: 'STRING', parse: (text) => text })

/** A password or token: masked wherever settings are shown. */
export const secret: FieldKind<string> = kind({ type: 'PASSWORD', parse: (text) => text, secret: true })

/** The name of a class or plug-in. */
export const className: FieldKind<string> = kind({ type: 'CLASS', parse: (text) => text })

/** A 32-bit integer. */
export const int: FieldKind<number> = kind({
  type: 'INT',
  parse: (text) => Number(integer(text, -(2n ** 31n), 2n ** 31n - 1n)),
})

/** A 64-bit integer, as `bigint`. */
export const long: FieldKind<bigint> = kind({
  type: 'LONG',
  parse: (text) => integer(text, -(2n ** 63n), 2n ** 63n - 1n),
})

/** A number, with a fraction or without. */
export const double: FieldKind<number> = kind({ type: 'DOUBLE', parse: number })

/** `true` or `false`, in whatever case. */
export const boolean: FieldKind<boolean> = kind({ type: 'BOOLEAN', parse: trueOrFalse })

/** Comma-separated values, blanks around them removed. Empty text is an empty list. */
export const list: FieldKind<readonly string[]> = kind<readonly string[]>({
  type: 'LIST',
  parse: items,
  show: joined,
})

/** Comma-separated regular expressions, each matched against the whole name. */
export const regexList: FieldKind<readonly RegExp[]> = kind<readonly RegExp[]>({
  type: 'LIST',
  parse: (text) => items(text).map(wholeMatch),
  show: (expressions) => joined(expressions.map((expression) => expression.source.slice(4, -2))),
})

/** Comma-separated `name:value` pairs. */
export const pairs: FieldKind<ReadonlyMap<string, string>> = kind<ReadonlyMap<string, string>>({
  type: 'LIST',
  parse: (text) => new Map(items(text).map(pair)),
  show: (map) => joined([...map].map(([name, value]) => `${name}:${value}`)),
})

/** Milliseconds, -1 where the setting allows "never". Plain digits on the wire, as in Kafka Connect; `10s`, `5m`, `1h`, `2d` are understood too. */
export const durationMs: FieldKind<number> = kind({
  type: 'LONG',
  parse: (text) => scaled(text, { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }),
})

/** Bytes, -1 where the setting allows "off". Plain digits on the wire; `64k`, `5m`, `1g` are understood too. */
export const bytes: FieldKind<number> = kind({
  type: 'LONG',
  parse: (text) => scaled(text, { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }),
})

/** One of a few words, told apart regardless of case; the value is the word as declared. */
export function oneOf<const V extends string>(
  values: readonly V[],
  options: FieldOptions<V> & { readonly default: V },
): Field<V>
export function oneOf<const V extends string>(
  values: readonly V[],
  options: FieldOptions<V> & { readonly optional: true },
): Field<V | undefined>
export function oneOf<const V extends string>(values: readonly V[], options: FieldOptions<V>): Field<V>
export function oneOf<const V extends string>(
  values: readonly V[],
  options: Options<V>,
): Field<V | undefined> {
  const parse = (text: string): V => {
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase())
    if (found === undefined) throw new Error(`must be one of ${values.join(', ')}, not "${text}"`)
    return found
  }
  return makeField({ type: 'STRING', parse }, { recommended: values, ...options })
}

/** Takes all settings under a prefix: `prefix('connection.', { doc })`. */
export function prefix(
  start: string,
  options: { readonly doc: string; readonly secret?: boolean },
): PrefixField {
  return { kind: 'prefix', prefix: start, doc: options.doc, secret: options.secret ?? false }
}

/** Takes settings of named groups: `groups('topic.creation.', { doc, fields })` reads `topic.creation.<group>.<field>`. */
export function groups<const S extends ConfigFields>(
  start: string,
  options: { readonly doc: string; readonly fields: S },
): GroupsField<S> {
  return { kind: 'groups', prefix: start, ...options }
}

/** For `validate`: the value must lie between the bounds, both included. */
export function between<N extends number | bigint>(
  least: N,
  most?: N,
): (value: number | bigint) => string | undefined {
  return (value) => {
    if (value < least) return `must be at least ${least}, not ${value}`
    return most !== undefined && value > most ? `must be at most ${most}, not ${value}` : undefined
  }
}

/** For `validate`: an empty text is refused. */
export function nonEmpty(text: string): string | undefined {
  return text === '' ? 'must not be empty' : undefined
}

function integer(text: string, least: bigint, most: bigint): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`must be a whole number, not "${text}"`)
  const value = BigInt(text.replace('+', ''))
  if (value < least || value > most) throw new Error(`must lie between ${least} and ${most}, not ${text}`)
  return value
}

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new Error(`must be a number, not "${text}"`)
  return value
}

function trueOrFalse(text: string): boolean {
  const word = text.toLowerCase()
  if (word !== 'true' && word !== 'false') throw new Error(`must be true or false, not "${text}"`)
  return word === 'true'
}

function items(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((item) => item.trim())
}

function joined(texts: readonly string[]): string {
  return texts.join(',')
}

function wholeMatch(expression: string): RegExp {
  try {
    return new RegExp(`^(?:${expression})$`, 'u')
  } catch (cause) {
    throw new Error(`has "${expression}", which is no regular expression`, { cause })
  }
}

function pair(item: string): [string, string] {
  const colon = item.lastIndexOf(':')
  if (colon < 1) throw new Error(`has "${item}", which is not of the form name:value`)
  return [item.slice(0, colon).trim(), item.slice(colon + 1).trim()]
}

function scaled(text: string, units: Readonly<Record<string, number>>): number {
  const match = /^([+-]?\d+)\s*([a-z]*)$/.exec(text.trim().toLowerCase())
  const factor = match === null ? undefined : match[2] === '' ? 1 : units[match[2]!]
  if (match === null || factor === undefined) {
    throw new Error(
      `must be a whole number, or one followed by ${Object.keys(units).join(', ')}; not "${text}"`,
    )
  }
  const value = Number(match[1]) * factor
  if (!Number.isSafeInteger(value)) throw new Error(`is too large: ${text}`)
  return value
}
