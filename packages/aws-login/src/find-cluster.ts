import type { KafkaClient } from '@aws-sdk/client-kafka'
import { ConfigurationError } from '@sluice/template'
import type { AwsCredentials } from './credentials.ts'
import type { Bootstrap } from './bootstrap.ts'

export interface ClusterFinder {
  /** The ARN of the cluster of that name. */
  arnOf(name: string): Promise<string>
  bootstrapOf(arn: string): Promise<Bootstrap>
}

/** Asks MSK's API. Rejects with what to do: a ConfigurationError, or a plain Error for what may pass. */
export async function openFinder(how: {
  readonly region: string
  readonly endpoint: string | undefined
  readonly credentials: AwsCredentials
}): Promise<ClusterFinder> {
  const { GetBootstrapBrokersCommand, KafkaClient, paginateListClustersV2 } = await import(
    '@aws-sdk/client-kafka'
  )
  const { region, endpoint, credentials } = how
  const ask = async <T>(
    what: string,
    right: string,
    use: (client: KafkaClient) => Promise<T>,
  ): Promise<T> => {
    const client = new KafkaClient({ region, credentials, ...(endpoint && { endpoint }) })
    try {
      return await use(client)
    } catch (error) {
      throw explained(error, { what, right, region, source: credentials.source })
    } finally {
      client.destroy()
    }
  }
  return {
    async arnOf(name) {
      const names: string[] = []
      const arn = await ask(`the clusters of ${region}`, 'kafka:ListClustersV2', async (client) => {
        // the filter takes all that begin so
        for await (const page of paginateListClustersV2({ client }, { ClusterNameFilter: name })) {
          for (const { ClusterName = '', ClusterArn } of page.ClusterInfoList ?? []) {
            if (ClusterName === name) return ClusterArn
            names.push(ClusterName)
          }
        }
        return undefined
      })
      if (arn !== undefined) return arn
      const others = names.length > 0 ? ` Others that begin so: ${names.join(', ')}.` : ''
      throw new ConfigurationError(`There is no cluster named ${name} in ${region}.${others}`)
    },
    bootstrapOf: (arn) =>
      ask(`the cluster ${arn}`, 'kafka:GetBootstrapBrokers', (client) =>
        client.send(new GetBootstrapBrokersCommand({ ClusterArn: arn })),
      ),
  }
}

/** What AWS said, in words that say what to do. What another try may mend is no ConfigurationError. */
export function explained(
  error: unknown,
  how: { readonly what: string; readonly right: string; readonly region: string; readonly source: string },
): Error {
  // said already, by whoever loads credentials
  if (error instanceof ConfigurationError) return error
  const name = error instanceof Error ? error.name : 'Error'
  const message = error instanceof Error ? error.message : String(error)
  const { what, right, region, source } = how
  const wrong = (text: string): Error => new ConfigurationError(`${text} AWS said: ${message}`)
  switch (name) {
    case 'NotFoundException':
      return wrong(
        `There is no ${what.replace(/^the /, '')} in ${region}: check the ARN, the region and the account.`,
      )
    case 'ForbiddenException':
    case 'AccessDeniedException':
      return wrong(`AWS refuses ${what}: the IAM policy of ${source} needs ${right}.`)
    case 'UnauthorizedException':
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
      return wrong(`AWS doesn't know the access key of ${source}: check it, and its session token.`)
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return wrong(
        `AWS doesn't take the signature of ${source}: check the secret access key, and this machine's clock.`,
      )
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return wrong(`The credentials of ${source} have ended: renew them.`)
    default:
      return new Error(`AWS did not answer for ${what} (region ${region}): ${name}: ${message}`, {
        cause: error,
      })
  }
}
