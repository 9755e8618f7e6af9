const actions = ['set', 'add', 'setdate', 'adddate'] as const

/** One header that all answers get. Dates are so many milliseconds after the answer. */
export interface HeaderRule {
  readonly action: (typeof actions)[number]
  readonly name: string
  readonly value: string
}

const part = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*))\s*(?:,|$)/gy

/** Reads `response.http.headers.config`. Throws an Error whose message follows the setting's name. */
export function headerRules(text: string): readonly HeaderRule[] {
  return split(text).map(rule)
}

/** The headers of an answer at a moment; `added` stand beside those of the same name. */
export function headersAt(
  rules: readonly HeaderRule[],
  now: number,
): ReadonlyArray<{ readonly name: string; readonly value: string; readonly added: boolean }> {
  return rules.map(({ action, name, value }) => ({
    name,
    value: action.endsWith('date') ? new Date(now + Number(value)).toUTCString() : value,
    added: action.startsWith('add'),
  }))
}

function split(text: string): readonly string[] {
  const parts: string[] = []
  part.lastIndex = 0
  while (part.lastIndex < text.length) {
    const match = part.exec(text)
    if (match === null) throw new Error(`has a quote that isn't closed`)
    parts.push((match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2] ?? '').trim())
  }
  return parts.filter((one) => one !== '')
}

function rule(text: string): HeaderRule {
  const [, word = '', name = '', value = ''] = /^(\S+)\s+([^\s:]+)\s*:\s*([^:]*)$/.exec(text) ?? []
  if (word === '') throw new Error(`has "${text}", which is not of the form "set Name: value"`)
  const action = actions.find((one) => one === word.toLowerCase())
  if (action === undefined) throw new Error(`has "${text}", but knows set, add, setDate and addDate only`)
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new Error(`has "${name}", which is no name of a header`)
  if (action.endsWith('date') && !/^-?\d{1,15}$/.test(value.trim())) {
    throw new Error(`has "${text}", whose date must be a number of milliseconds from now`)
  }
  return { action, name, value: value.trim() }
}
