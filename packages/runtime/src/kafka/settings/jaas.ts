export interface JaasEntry {
  readonly loginModule: string
  readonly options: ReadonlyMap<string, string>
}

const flags = new Set(['required', 'requisite', 'sufficient', 'optional'])
const escapes: Readonly<Partial<Record<string, string>>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }
const token = /\s+|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([=;])|([^\s=;"']+)/gsy

interface Token {
  readonly text: string
  readonly isMark: boolean
}

/**
 * The first login module of a `sasl.jaas.config`: `the.LoginModule required username="me" password="it's \"mine\"";`. Values are
 * words or stand in single or double quotes with Java's escapes. Throws an Error whose message says what is wrong, without the values.
 */
export function parseJaas(config: string): JaasEntry {
  const tokens = tokenize(config)
  const end = tokens.findIndex(({ text, isMark }) => isMark && text === ';')
  if (end < 0) throw new Error('must end with a semicolon')
  const [loginModule, flag, ...rest] = tokens.slice(0, end)
  if (!loginModule || loginModule.isMark) throw new Error('must begin with the class of a login module')
  if (!flag || !flags.has(flag.text.toLowerCase())) {
    throw new Error(`must name a control flag (usually 'required') after ${loginModule.text}`)
  }
  return { loginModule: loginModule.text, options: new Map(pairs(rest)) }
}

function* pairs(tokens: readonly Token[]): Iterable<[string, string]> {
  for (let at = 0; at < tokens.length; at += 3) {
    const [name, equals, value] = tokens.slice(at, at + 3)
    if (!name || name.isMark || !equals?.isMark || equals.text !== '=' || !value || value.isMark) {
      throw new Error(`must give options as name="value" (at option ${at / 3 + 1})`)
    }
    yield [name.text, value.text]
  }
}

function tokenize(config: string): Token[] {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < config.length) {
    const start = token.lastIndex
    const match = token.exec(config)
    if (!match) throw new Error(`has a quote that isn't closed (at character ${start + 1})`)
    const [, double, single, mark, word] = match
    const quoted = double ?? single
    if (quoted !== undefined) tokens.push({ text: unescape(quoted), isMark: false })
    if (mark !== undefined) tokens.push({ text: mark, isMark: true })
    if (word !== undefined) tokens.push({ text: word, isMark: false })
  }
  return tokens
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-3]?[0-7]{1,2}|.)/gs, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  )
}
