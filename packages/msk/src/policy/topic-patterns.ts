import type { Settings } from './needs.ts'

/** A topic, or several by `*`, and the setting that names it. */
export interface TopicPattern {
  readonly pattern: string
  readonly because: string
}

export interface TopicPatterns {
  readonly topics: readonly TopicPattern[]
  /** Why a pattern is wider than it had to be. */
  readonly note?: string
}

export function isSink(config: Settings): boolean {
  return value(config, 'topics') !== '' || value(config, 'topics.regex') !== ''
}

export function sinkTopics(config: Settings): TopicPatterns {
  const named = listOf(config, 'topics')
  const topics = named.map((pattern) => ({ pattern, because: `topics=${pattern}` }))
  const regex = value(config, 'topics.regex')
  if (regex === '') return { topics }
  const pattern = patternOf(regex)
  const because = `topics.regex=${regex}`
  const note =
    pattern === '*'
      ? `topics.regex=${regex} begins with no text of its own, so it may read every topic: IAM knows no more than *`
      : undefined
  return { topics: [...topics, { pattern, because }], ...(note && { note }) }
}

/** What a source writes, by the settings of those connectors that Sluice has, behind its transforms. */
export function sourceTopics(config: Settings): TopicPatterns {
  const before = namedTopics(config)
  if (before.length === 0) {
    const note =
      'no setting (topic, topic.prefix) says what it writes, so it may write every topic: name its topics by --topic'
    return { topics: [{ pattern: '*', because: 'unknown topics' }], note }
  }
  const routers = listOf(config, 'transforms').filter((name) => /Router/.test(typeOf(config, name)))
  const notes: string[] = []
  const topics = routers.reduce((all, name) => routed(config, name, all, notes), before)
  return { topics, ...(notes.length > 0 && { note: notes.join('; ') }) }
}

function namedTopics(config: Settings): readonly TopicPattern[] {
  const topic = value(config, 'topic')
  if (topic !== '') return [{ pattern: topic, because: `topic=${topic}` }]
  const prefix = value(config, 'topic.prefix')
  if (prefix === '') return []
  if (value(config, 'query') !== '')
    return [{ pattern: prefix, because: `topic.prefix=${prefix}, with query` }]
  const tables = listOf(config, 'table.whitelist')
  const isPlain = tables.length > 0 && tables.every((table) => /^[\w.]+$/.test(table))
  const isStream = value(config, 'mode') === 'cdc' || /debezium/i.test(value(config, 'connector.class'))
  if (!isPlain || isStream) return [{ pattern: `${prefix}*`, because: `topic.prefix=${prefix}` }]
  return tables.map((table) => ({
    pattern: prefix + table.slice(table.lastIndexOf('.') + 1),
    because: `topic.prefix=${prefix}, table.whitelist=${table}`,
  }))
}

/** A router's topics; those that it doesn't touch stay. */
function routed(
  config: Settings,
  name: string,
  before: readonly TopicPattern[],
  notes: string[],
): readonly TopicPattern[] {
  const type = typeOf(config, name)
  const setting = (what: string): string => value(config, `transforms.${name}.${what}`)
  if (type.endsWith('RegexRouter')) {
    const pattern = collapse(setting('replacement').replaceAll(/\$(\d+|\{[^}]*\})/g, '*'))
    if (pattern === '*') notes.push(`transforms.${name} may rename to anything`)
    return [...before, { pattern, because: `transforms.${name}.replacement=${setting('replacement')}` }]
  }
  if (type.endsWith('TimestampRouter')) {
    const format = setting('topic.format') || '${topic}-${timestamp}'
    return before.map(({ pattern, because }) => ({
      pattern: collapse(format.replaceAll('${topic}', pattern).replaceAll('${timestamp}', '*')),
      because: `${because}, transforms.${name}`,
    }))
  }
  notes.push(
    `transforms.${name} (${type}) renames topics in a way that isn't known here, so it may write every topic`,
  )
  return [{ pattern: '*', because: `transforms.${name}` }]
}

/** The text that a regular expression begins with, and `*`. */
export function patternOf(regex: string): string {
  if (hasAlternatives(regex)) return '*'
  const body = regex.replace(/^\^/, '').replace(/\$$/, '')
  const text = /^(?:\\[.\-_]|[\w-])*/.exec(body)?.[0] ?? ''
  const rest = body.slice(text.length)
  // what a quantifier follows is not certain to be there
  const sure = /^[?*{]/.test(rest) ? text.replace(/(\\.|.)$/, '') : text
  const plain = sure.replaceAll('\\', '')
  return rest === '' ? plain : `${plain}*`
}

/** Outside of all brackets: within, what stands before them is sure. */
function hasAlternatives(regex: string): boolean {
  let left = regex.replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, '')
  for (let before = ''; before !== left; ) {
    before = left
    left = left.replaceAll(/\([^()]*\)/g, '')
  }
  return left.includes('|')
}

function collapse(pattern: string): string {
  return pattern.replaceAll(/\*+/g, '*')
}

function typeOf(config: Settings, transform: string): string {
  return value(config, `transforms.${transform}.type`)
}

function listOf(config: Settings, name: string): readonly string[] {
  return value(config, name)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function value(settings: Settings, name: string): string {
  return settings.get(name)?.trim() ?? ''
}
