import { labelsOf, type Labels } from '../model/labels.ts'

export const ruleActions = ['keep', 'drop', 'rename', 'remove', 'add', 'replace'] as const

/** One rule as it is configured; `__name__` stands for the name of the metric. */
export interface Rule {
  readonly action: (typeof ruleActions)[number]
  /** Labels whose values, joined by `;`, are matched. */
  readonly labels: readonly string[]
  /** Matched against the whole of it. */
  readonly regex: string
  readonly target: string
  readonly value: string
}

/** A series on its way through the rules. */
export interface Named {
  readonly name: string
  readonly labels: Labels
}

/** What the rules make of a series; undefined: it is dropped. */
export type ApplyRules = (series: Named) => Named | undefined

type Step = (labels: Map<string, string>) => boolean

const nameLabel = '__name__'

/** Compiles rules, which apply in their order. Throws an Error that says which one is wrong. */
export function compileRules(rules: ReadonlyMap<string, Rule>): ApplyRules {
  const steps = [...rules].map(([name, rule]) => compile(name, rule))
  if (steps.length === 0) return (series) => series
  return ({ name, labels }) => {
    const all = new Map<string, string>([[nameLabel, name], ...labels])
    for (const step of steps) if (!step(all)) return undefined
    const newName = all.get(nameLabel) ?? ''
    all.delete(nameLabel)
    return newName === '' ? undefined : { name: newName, labels: labelsOf(all) }
  }
}

function compile(name: string, rule: Rule): Step {
  const expression = wholly(name, rule.regex)
  const { target, value } = rule
  const joined = (all: ReadonlyMap<string, string>) =>
    rule.labels.map((label) => all.get(label) ?? '').join(';')
  const needsTarget = rule.action === 'rename' || rule.action === 'add' || rule.action === 'replace'
  if (needsTarget && target === '') throw new Error(`the rule ${name} needs rules.${name}.target`)
  switch (rule.action) {
    case 'keep':
      return (all) => expression.test(joined(all))
    case 'drop':
      return (all) => !expression.test(joined(all))
    case 'add':
      return (all) => (all.set(target, value), true)
    case 'remove':
      return (all) => {
        for (const label of Array.from(all.keys())) {
          if (label !== nameLabel && expression.test(label)) all.delete(label)
        }
        return true
      }
    case 'rename':
      return (all) => {
        for (const [label, own] of Array.from(all)) {
          if (label === nameLabel || !expression.test(label)) continue
          all.delete(label)
          all.set(label.replace(expression, target), own)
        }
        return true
      }
    case 'replace':
      return (all) => {
        const from = joined(all)
        if (expression.test(from)) all.set(target, from.replace(expression, value))
        return true
      }
  }
}

function wholly(name: string, regex: string): RegExp {
  try {
    return new RegExp(`^(?:${regex})$`, 's')
  } catch (cause) {
    throw new Error(`the rule ${name} has no regular expression: ${(cause as Error).message}`, { cause })
  }
}
