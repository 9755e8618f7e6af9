import type { Difference } from './compare.ts'
import type { Allowed } from './differences.ts'

/** Differences that nothing allows, and what is allowed and found nowhere. */
export function judge<A extends Pick<Allowed, 'steps' | 'field' | 'values'>>(
  found: readonly Difference[],
  allowed: readonly A[],
): { readonly unjustified: readonly Difference[]; readonly stale: readonly A[] } {
  const rules = allowed.map((one) => ({ one, steps: patternOf(one.steps), field: patternOf(one.field) }))
  const matches = (difference: Difference) =>
    rules.filter(
      ({ one, steps, field }) =>
        steps.test(difference.step) &&
        field.test(difference.field) &&
        (one.values?.(difference.jvm, difference.sluice) ?? true),
    )
  const used = new Set(found.flatMap((difference) => matches(difference).map(({ one }) => one)))
  return {
    unjustified: found.filter((difference) => matches(difference).length === 0),
    stale: allowed.filter((one) => !used.has(one)),
  }
}

function patternOf(text: string): RegExp {
  const alternatives = text.split('|').map((part) => part.split('*').map(literally).join('.*'))
  return new RegExp(`^(?:${alternatives.join('|')})$`, 's')
}

function literally(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
}
