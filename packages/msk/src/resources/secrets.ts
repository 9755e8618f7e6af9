import type { UnprocessedScramSecret } from '@aws-sdk/client-kafka'
import type { Aws } from '../api/aws.ts'
import { holdRules, MskError } from '../api/msk-error.ts'
import { titleOf } from '../clusters/find-cluster.ts'
import { allPages } from '../pages.ts'

/** The secrets by which clients may log in by SCRAM. */
export async function listSecrets(aws: Aws, clusterArn: string): Promise<readonly string[]> {
  return await allPages(
    (token) =>
      aws.kafka(
        'ListScramSecrets',
        { ClusterArn: clusterArn, ...token },
        `list the secrets of ${titleOf(clusterArn)}`,
      ),
    ({ SecretArnList }) => SecretArnList,
  )
}

/** Lets clients log in by these secrets. Rejects where AWS takes some of them not. */
export async function addSecrets(aws: Aws, clusterArn: string, secrets: readonly string[]): Promise<void> {
  holdRules([countRule(secrets), ...secrets.map(secretRule)])
  const doing = `add secrets to ${titleOf(clusterArn)}`
  const input = { ClusterArn: clusterArn, SecretArnList: [...secrets] }
  const { UnprocessedScramSecrets = [] } = await aws.kafka('BatchAssociateScramSecret', input, doing)
  failLeftOver(doing, UnprocessedScramSecrets)
}

/** Clients that log in by them are shut out at their next login. */
export async function removeSecrets(aws: Aws, clusterArn: string, secrets: readonly string[]): Promise<void> {
  holdRules([countRule(secrets)])
  const doing = `take secrets from ${titleOf(clusterArn)}`
  const input = { ClusterArn: clusterArn, SecretArnList: [...secrets] }
  const { UnprocessedScramSecrets = [] } = await aws.kafka('BatchDisassociateScramSecret', input, doing)
  failLeftOver(doing, UnprocessedScramSecrets)
}

function countRule(secrets: readonly string[]): string | undefined {
  return secrets.length >= 1 && secrets.length <= 10
    ? undefined
    : `AWS takes 1 to 10 secrets at once; ${secrets.length} are given`
}

/** https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-limitations.html */
function secretRule(arn: string): string | undefined {
  const name = /^arn:aws[a-z-]*:secretsmanager:[^:]+:\d{12}:secret:(.+)$/.exec(arn)?.[1]
  if (name === undefined)
    return `a secret is named by its ARN (arn:aws:secretsmanager:...:secret:AmazonMSK_...); "${arn}" isn't`
  return name.startsWith('AmazonMSK_')
    ? undefined
    : `the name of a secret for SCRAM begins with AmazonMSK_, and it has a KMS key of one's own; ${name} doesn't`
}

function failLeftOver(doing: string, left: readonly UnprocessedScramSecret[]): void {
  if (left.length === 0) return
  const each = left.map(
    ({ SecretArn, ErrorCode = '', ErrorMessage = '' }) => `${SecretArn}: ${ErrorCode} ${ErrorMessage}`,
  )
  throw new MskError('bad-request', `can't ${doing}: AWS took the others, but not ${each.join('; ')}`)
}
