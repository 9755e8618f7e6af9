import type { MetricsConfig } from '../config/fields.ts'
import type { Rule } from './label-rules.ts'

/** The configured rules in their order. Throws an Error that names a rule that isn't there. */
export function rulesOf({ rules, rule }: Pick<MetricsConfig, 'rules' | 'rule'>): ReadonlyMap<string, Rule> {
  return new Map(
    rules.map((name) => {
      const found = rule.get(name)
      if (!found) throw new Error(`the rule ${name} has no settings: give rules.${name}.action`)
      return [name, found]
    }),
  )
}
