/** One value that was sent. */
export interface StatsdValue {
  readonly name: string
  readonly tags: readonly (readonly [string, string])[]
  readonly kind: 'counter' | 'gauge' | 'gauge-change' | 'timer' | 'set'
  readonly value: number
  /** Of a set: the member. */
  readonly text: string
  /** How many values it stands for. */
  readonly times: number
}

/** Reads `name:value|type|@rate|#tag:value,...` (with values `1:2:3` as DogStatsD 1.1 has them). Undefined: it is none. */
export function parseStatsdLine(line: string): readonly StatsdValue[] | undefined {
  const colon = line.indexOf(':')
  const bar = line.indexOf('|', colon)
  if (colon < 1 || bar === -1) return undefined
  const [type = '', ...options] = line.slice(bar + 1).split('|')
  const kind = kindOf(type)
  const rate = Number(options.find((one) => one.startsWith('@'))?.slice(1) ?? 1)
  if (!kind || !(rate > 0 && rate <= 1)) return undefined
  const tags = (options.find((one) => one.startsWith('#'))?.slice(1) ?? '').split(',').flatMap(tagOf)
  const name = line.slice(0, colon)
  const values = line.slice(colon + 1, bar).split(':')
  const read = values.flatMap((text): StatsdValue[] => {
    const value = Number(text)
    if (text === '' || (kind !== 'set' && !Number.isFinite(value))) return []
    const own = kind === 'gauge' && /^[+-]/.test(text) ? 'gauge-change' : kind
    return [{ name, tags, kind: own, value, text, times: 1 / rate }]
  })
  return read.length === values.length ? read : undefined
}

function kindOf(type: string): StatsdValue['kind'] | undefined {
  switch (type) {
    case 'c':
    case 'm':
      return 'counter'
    case 'g':
      return 'gauge'
    case 'ms':
    case 'h':
    case 'd':
      return 'timer'
    case 's':
      return 'set'
    default:
      return undefined
  }
}

function tagOf(text: string): (readonly [string, string])[] {
  if (text === '') return []
  const at = text.indexOf(':')
  return at < 1 ? [[text, 'true']] : [[text.slice(0, at), text.slice(at + 1)]]
}
