import { ConfigurationError, type Issue } from '@sluice/template'

/** The settings can't work as they are, by key. All issues at once. */
export class ConfigError extends ConfigurationError {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(
      issues.length === 1
        ? `The setting ${sentence(issues[0]!)}.`
        : `${issues.length} settings are wrong:\n${issues.map((issue) => `- ${sentence(issue)}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.issues = issues
  }
}

/** Without a full stop: some messages are whole sentences, others a part of one. */
function sentence(issue: Issue): string {
  return `${issue.field} ${issue.message}`.replace(/\.$/, '')
}
