import { date, type SchemaAndValue, time, timestamp } from '@sluice/template'
import { parseDate } from './date-format/parse.ts'
import { type Part, readPattern } from './date-format/pattern.ts'
import { commonSchema, widened } from './literal/common-schema.ts'
import { numberLiteral } from './literal/numbers.ts'
import { Tokens } from './literal/tokens.ts'
import { trim } from './numbers.ts'

/**
 * A text taken for what it looks like: null, true, false, a number in the smallest type that holds it, a date, a time, a timestamp, an
 * [array] or {map} of them whose members have one type, or else a text. Never throws. Source: org.apache.kafka.connect.data.Values, which takes
 * a float for every fraction, and of `12:34` the 12; with `exact` no digit is lost, and what doesn't look so as a whole is a text.
 */
export function parseLiteral(text: string, { exact = false } = {}): SchemaAndValue {
  if (text === '' || startsText.test(text)) return textLiteral(text)
  const tokens = new Tokens(text)
  const found = literal(tokens, { text, depth: 0, exact }) ?? { value: null }
  return exact && !tokens.onlyBlanks ? textLiteral(text) : found
}

/** Nothing but null, true and false begins with a letter. */
const startsText = /^[A-Za-eg-mo-su-z]/

/** Deeper ones are texts. */
const mostDepth = 100

interface Place {
  /** The whole text. */
  readonly text: string
  /** How many brackets are around. */
  readonly depth: number
  readonly exact: boolean
}

/** What can't be what it looked like at first. */
class NotALiteral extends Error {}

/** Undefined: null. Within brackets it throws NotALiteral, outside it is a text at least. */
function literal(tokens: Tokens, place: Place): SchemaAndValue | undefined {
  const within = place.depth > 0
  if (tokens.done) return undefined
  if (within && tokens.skip('"')) return quoted(tokens)
  for (const [word, value] of words) if (isWord(tokens, word, within)) return value
  const start = tokens.mark
  try {
    if (tokens.skip('[')) return array(tokens, deeper(place))
    if (tokens.skip('{')) return map(tokens, deeper(place))
  } catch (error) {
    if (!(error instanceof NotALiteral)) throw error
    tokens.rewind(start)
  }
  const token = tokens.next()
  return trim(token) === '' ? textLiteral(token) : single(trim(token), { tokens, place })
}

const words: readonly (readonly [string, SchemaAndValue | undefined])[] = [
  ['null', undefined],
  ['true', { schema: { type: 'boolean' }, value: true }],
  ['false', { schema: { type: 'boolean' }, value: false }],
]

function isWord(tokens: Tokens, word: string, within: boolean): boolean {
  const start = tokens.mark
  if (tokens.skip(word) && (within || tokens.done)) return true
  tokens.rewind(start)
  return false
}

function deeper(place: Place): Place {
  if (place.depth >= mostDepth) throw new NotALiteral()
  return { ...place, depth: place.depth + 1 }
}

function textLiteral(value: string): SchemaAndValue {
  return { schema: { type: 'string' }, value }
}

/** Everything up to the next quotation mark. */
function quoted(tokens: Tokens): SchemaAndValue {
  let content = ''
  while (!tokens.done && !tokens.skip('"')) content += tokens.next()
  return moment(content) ?? textLiteral(content)
}

function single(token: string, { tokens, place }: { tokens: Tokens; place: Place }): SchemaAndValue {
  const found = /^\d/.test(token) ? momentOfTokens(token, tokens) : undefined
  const value = found ?? numberLiteral(token, place)
  if (value !== undefined) return value
  if (place.depth > 0) throw new NotALiteral()
  return textLiteral(place.text)
}

/** The colons of a time are tokens. */
function momentOfTokens(token: string, tokens: Tokens): SchemaAndValue | undefined {
  const start = tokens.mark
  const rest = tokens.following(4)
  const withTime = rest === undefined ? undefined : moment(token + rest)
  if (withTime !== undefined) return withTime
  tokens.rewind(start)
  return moment(token)
}

const timeParts = readPattern("HH:mm:ss.SSS'Z'")
const dateParts = readPattern('yyyy-MM-dd')
const timestampParts = readPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")

/** Each form is known by its length. */
function moment(text: string): SchemaAndValue | undefined {
  const plain = text.replaceAll('\\:', ':')
  switch (plain.length) {
    case '14:34:54.346Z'.length:
      return momentOf(plain, timeParts, (ms) => ({ schema: time(), value: ms }))
    case '2019-08-23'.length:
      return momentOf(plain, dateParts, (ms) => ({ schema: date(), value: ms / 86_400_000 }))
    case '2019-08-23T14:34:54.346Z'.length:
      return momentOf(plain, timestampParts, (ms) => ({ schema: timestamp(), value: new Date(ms) }))
    default:
      return undefined
  }
}

function momentOf(
  text: string,
  parts: readonly Part[],
  make: (ms: number) => SchemaAndValue,
): SchemaAndValue | undefined {
  const ms = parseDate(parts, text)
  return ms === undefined ? undefined : make(ms)
}

/** The opening bracket is taken already. */
function array(tokens: Tokens, place: Place): SchemaAndValue {
  const items: (SchemaAndValue | undefined)[] = []
  while (!tokens.done) {
    if (tokens.skip(']')) return arrayOf(items)
    if (tokens.skip(',')) throw new NotALiteral()
    items.push(literal(tokens, place))
    const end = tokens.mark
    if (tokens.skip(']')) tokens.rewind(end)
    else if (!tokens.skip(',')) throw new NotALiteral()
  }
  throw new NotALiteral()
}

/** Without a schema where its items have none in common. */
function arrayOf(items: readonly (SchemaAndValue | undefined)[]): SchemaAndValue {
  const schema = commonSchema(items)
  if (schema === undefined) return { value: items.map((item) => item?.value ?? null) }
  const value = items.map((item) => widened(present(item).value, schema))
  return { schema: { type: 'array', items: schema }, value }
}

/** The opening brace is taken already. */
function map(tokens: Tokens, place: Place): SchemaAndValue {
  const entries: (readonly [SchemaAndValue, SchemaAndValue | undefined])[] = []
  while (!tokens.done) {
    if (tokens.skip('}')) return mapOf(entries)
    if (tokens.skip(',')) throw new NotALiteral()
    const key = literal(tokens, place)
    if (key === undefined || !tokens.skip(':')) throw new NotALiteral()
    entries.push([key, literal(tokens, place)])
    tokens.skip(',')
  }
  throw new NotALiteral()
}

function mapOf(entries: readonly (readonly [SchemaAndValue, SchemaAndValue | undefined])[]): SchemaAndValue {
  const keys = commonSchema(entries.map(([key]) => key))
  const values = commonSchema(entries.map(([, value]) => value))
  if (keys === undefined || values === undefined) {
    return { value: new Map(entries.map(([key, value]) => [key.value, value?.value ?? null])) }
  }
  const widenedEntries = entries.map(
    ([key, value]) => [widened(key.value, keys), widened(present(value).value, values)] as const,
  )
  return { schema: { type: 'map', keys, values }, value: new Map(widenedEntries) }
}

/** Null fits no common schema. */
function present(item: SchemaAndValue | undefined): SchemaAndValue {
  if (item === undefined) throw new NotALiteral()
  return item
}
