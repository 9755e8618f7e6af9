// What each command of `sluice msk` asks of AWS. CLUSTER and the like stand for the ARNs of what the test has made.

export interface CommandCase {
  readonly args: readonly string[]
  /** The one request that it is about; others look things up. */
  readonly request: {
    readonly method: string
    readonly path: string
    readonly query?: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  /** In its error messages. */
  readonly doing: string
  readonly right: string
  /** In what it prints. */
  readonly prints?: string
  /** Done before it; and before its errors. */
  readonly before?: readonly (readonly string[])[]
}

export const secret = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:AmazonMSK_shop-abc123'
export const role = 'arn:aws:iam::123456789012:role/copy'
/** The words of a command; SECRET and ROLE stand for ARNs. */
export const line = (text: string): readonly string[] =>
  text.replace('SECRET', secret).replace('ROLE', role).split(' ')
