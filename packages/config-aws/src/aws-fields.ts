import { between, durationMs, string } from '@sluice/template'

/** Parameters that both providers have. */
export const awsFields = {
  region: string({
    doc: 'Asks in this region; absent: the one that the environment or the profile names (AWS_REGION).',
    importance: 'HIGH',
    optional: true,
  }),
  endpoint: string({
    doc: 'Asks at this URL instead of the public one: a VPC endpoint, or an emulator.',
    optional: true,
  }),
  allowlistPattern: string({
    doc: 'Lets settings refer to names whose whole text matches this regular expression; absent: to all that the worker has the right to read.',
    importance: 'HIGH',
    optional: true,
    validate: (text) => (isExpression(text) ? undefined : `is no regular expression: ${text}`),
  }),
  ttlMs: durationMs({
    doc: 'Looks values up again after so many milliseconds, and has the connector restarted if one has changed; 0: only when a task starts. ?ttl= at the end of a key says so for it alone.',
    default: 0,
    validate: between(0),
  }),
} as const

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}
