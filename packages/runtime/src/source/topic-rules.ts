import { type Issue, missingSetting } from '@sluice/template'
import type { NewTopic } from '../kafka/types.ts'
import { ConfigError } from '../task/config-error.ts'
import { javaRegex } from '../transforms/java/regex.ts'
import { PatternError } from '../transforms/java/regex/pattern-text.ts'

type Settings = Readonly<Record<string, string>>

type Matches = (topic: string) => boolean

interface Rule {
  readonly matches: Matches
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
  readonly configs: Settings
}

/** How topics are made: the first rule that matches; the last one is the default and matches all. */
export type TopicRules = readonly Rule[]

/**
 * Reads `topic.creation.<group>.*` of the groups in order, then of `default`, whose partitions and replicas the groups inherit. What neither
 * says is the brokers' choice. Throws a ConfigError with everything that is wrong.
 */
export function topicRules(groups: readonly string[], settings: Settings): TopicRules {
  const issues: Issue[] = [...issuesOfNames(groups, settings)]
  const fallback = readRule({ group: 'default', settings, issues })
  const named = groups
    .filter((group) => group !== 'default')
    .map((group) => inherit(readRule({ group, settings, issues }), fallback))
  if (issues.length > 0) throw new ConfigError(issues)
  return [...named, { ...fallback, matches: () => true }]
}

/** A group that is spelled in two ways would have topics made otherwise than meant, and partitions can't be taken back. */
function issuesOfNames(groups: readonly string[], settings: Settings): readonly Issue[] {
  const twice = groups.filter((group, index) => groups.indexOf(group) !== index)
  const unknown = Object.keys(settings).filter(
    (key) => key !== 'groups' && !['default', ...groups].some((group) => key.startsWith(`${group}.`)),
  )
  return [
    ...[...new Set(twice)].map((group) => ({
      field: 'topic.creation.groups',
      message: `names ${group} twice`,
    })),
    ...unknown.map((key) => ({
      field: `topic.creation.${key}`,
      message: 'is of no group that topic.creation.groups names',
    })),
  ]
}

export function newTopic(name: string, rules: TopicRules): NewTopic {
  const { partitions, replicationFactor, configs } = rules.find(({ matches }) => matches(name))!
  return {
    name,
    ...(partitions !== undefined && partitions > 0 && { partitions }),
    ...(replicationFactor !== undefined && replicationFactor > 0 && { replicationFactor }),
    configs,
  }
}

interface Reading {
  readonly group: string
  readonly settings: Settings
  readonly issues: Issue[]
}

function readRule(reading: Reading): Rule {
  const start = `${reading.group}.`
  const own = Object.entries(reading.settings)
    .filter(([key]) => key.startsWith(start))
    .map(([key, value]) => [key.slice(start.length), value] as const)
  const { include, exclude, partitions, 'replication.factor': replicas, ...configs } = Object.fromEntries(own)
  if (include === undefined && reading.group !== 'default') {
    reading.issues.push({
      field: `topic.creation.${start}include`,
      message: missingSetting,
    })
  }
  const included = patterns(reading, 'include', include)
  const excluded = patterns(reading, 'exclude', exclude)
  return {
    matches: (topic) => included.some((one) => one(topic)) && !excluded.some((one) => one(topic)),
    partitions: count(reading, 'partitions', partitions),
    replicationFactor: count(reading, 'replication.factor', replicas),
    configs,
  }
}

function inherit(rule: Rule, from: Rule): Rule {
  return {
    ...rule,
    partitions: rule.partitions ?? from.partitions,
    replicationFactor: rule.replicationFactor ?? from.replicationFactor,
  }
}

function patterns({ group, issues }: Reading, name: string, text = ''): readonly Matches[] {
  const expressions = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return expressions.flatMap((expression) => {
    try {
      return [javaRegex(expression).matcher()]
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      issues.push({ field: `topic.creation.${group}.${name}`, message: error.message })
      return []
    }
  })
}

function count({ group, issues }: Reading, name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^(-1|[1-9]\d*)$/.test(text.trim())) return Number(text)
  issues.push({
    field: `topic.creation.${group}.${name}`,
    message: `must be -1 or at least 1, not "${text}"`,
  })
  return undefined
}
