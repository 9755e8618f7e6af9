import { adviceFor, type RefusedLogin } from './advice.ts'
import { clockSkewMs } from './clock-skew.ts'
import type { AwsCredentials } from './credentials.ts'

/** Somebody waits for the answer, and the refusal itself is known already. */
const patienceMs = 4000

export interface RefusedHow {
  readonly region: string
  readonly clusterRegion: string | undefined
  readonly cluster: string | undefined
  readonly credentials: AwsCredentials
  /** Asked for its time: MSK's API. */
  readonly clockUrl: string
  readonly stsEndpoint: string | undefined
}

/** What to check after a refusal: asks STS whose credentials they are, and AWS for the time. Never rejects. */
export async function explainRefusal(reason: string, how: RefusedHow): Promise<string> {
  const signal = AbortSignal.timeout(patienceMs)
  const keys = await how.credentials().catch(() => undefined)
  const [skewMs, identity] = await Promise.all([clockSkewMs(how.clockUrl, signal), identityOf(how, signal)])
  const { region, clusterRegion, cluster, credentials } = how
  const { source } = credentials
  return adviceFor({
    reason,
    region,
    clusterRegion,
    cluster,
    source,
    accessKeyId: keys?.accessKeyId,
    skewMs,
    identity,
  })
}

/** GetCallerIdentity needs no rights. */
async function identityOf(how: RefusedHow, signal: AbortSignal): Promise<RefusedLogin['identity']> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
  const { region, credentials, stsEndpoint: endpoint } = how
  const client = new STSClient({ region, credentials, maxAttempts: 1, ...(endpoint && { endpoint }) })
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    return Arn === undefined ? undefined : { arn: Arn }
  } catch (error) {
    // without an answer of STS there is nothing to say
    const isAnswer =
      typeof error === 'object' && error !== null && '$fault' in error && error.$fault === 'client'
    return isAnswer && error instanceof Error ? { error: error.name } : undefined
  } finally {
    client.destroy()
  }
}
