/** Why MSK didn't do it. Closed: whatever AWS says is one of these. */
export type MskErrorKind =
  | 'bad-request'
  | 'stale-version'
  | 'conflict'
  | 'not-found'
  | 'too-many-requests'
  | 'forbidden'
  | 'expired'
  | 'no-credentials'
  | 'no-region'
  | 'unreachable'
  | 'failed-at-aws'
  | 'operation-failed'
  | 'still-under-way'
  | 'unknown'

/** AWS refused or failed; the message says what it was about, the cause and what to do. */
export class MskError extends Error {
  readonly kind: MskErrorKind

  constructor(kind: MskErrorKind, message: string, how: { cause?: unknown } = {}) {
    super(message, how)
    this.name = 'MskError'
    this.kind = kind
  }
}

/** What was asked for breaks a rule of MSK; nothing was sent. The message has the rule, or all of them. */
export class MskRuleError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1 ? problems[0] : `${problems.length} things won't do:\n- ${problems.join('\n- ')}`,
    )
    this.name = 'MskRuleError'
    this.problems = problems
  }
}

/** Throws what is wrong, all at once, where anything is. */
export function holdRules(problems: ReadonlyArray<string | undefined>): void {
  const found = problems.filter((one): one is string => one !== undefined)
  if (found.length > 0) throw new MskRuleError(found)
}
