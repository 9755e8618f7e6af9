import { ConfigurationError } from '@sluice/template'
import { type KeyPair, type Loaded, loadedOnce } from './memoised.ts'

/** Whose credentials. Nothing given: the default chain (environment, profile, web identity, container, instance). */
export interface CredentialOptions {
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly roleArn?: string | undefined
  readonly roleSessionName?: string | undefined
  readonly roleExternalId?: string | undefined
  readonly stsRegion?: string | undefined
  readonly stsEndpoint?: string | undefined
  /** What the role is assumed with, in place of the profile or the default chain. */
  readonly keys?: KeyPair | undefined
}

/** Credentials that are kept while they are good. What AWS's clients take as `credentials`. */
export interface AwsCredentials extends Loaded {
  /** In words, for messages. */
  readonly source: string
}

/** Files are read again whenever it loads, so that keys that were rotated there are found. */
export function awsCredentials(options: CredentialOptions = {}): AwsCredentials {
  const source = sourceOf(options)
  const loadOrSay = (): Promise<KeyPair> =>
    load(options).catch((error: unknown) => {
      throw noCredentials(error, options, source)
    })
  return Object.assign(loadedOnce(loadOrSay), { source })
}

/** One provider for all who ask with the same options: a role is assumed once, not for every client. */
export function sharedCredentials(): (options: CredentialOptions) => AwsCredentials {
  const known = new Map<string, AwsCredentials>()
  return (options) => {
    const key = JSON.stringify(Object.entries(options).toSorted(([a], [b]) => a.localeCompare(b)))
    const found = known.get(key) ?? awsCredentials(options)
    known.set(key, found)
    return found
  }
}

async function load(options: CredentialOptions): Promise<KeyPair> {
  const { fromIni, fromNodeProviderChain, fromTemporaryCredentials } = await import(
    '@aws-sdk/credential-providers'
  )
  const { profile, roleArn, keys, region, stsRegion = region, stsEndpoint } = options
  const clientConfig = {
    ...(stsRegion && { region: stsRegion }),
    ...(stsEndpoint && { endpoint: stsEndpoint }),
  }
  const how = { clientConfig, ignoreCache: true }
  const own = profile === undefined ? fromNodeProviderChain(how) : fromIni({ ...how, profile })
  if (roleArn === undefined) return keys ?? own()
  const asRole = fromTemporaryCredentials({
    masterCredentials: keys ?? own,
    clientConfig,
    params: {
      RoleArn: roleArn,
      RoleSessionName: options.roleSessionName ?? 'sluice',
      ...(options.roleExternalId && { ExternalId: options.roleExternalId }),
    },
  })
  return asRole()
}

/** For good where there are none to be had; an STS that doesn't answer passes. */
function noCredentials(cause: unknown, { roleArn }: CredentialOptions, source: string): Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  const name = cause instanceof Error ? cause.name : 'Error'
  if (name === 'CredentialsProviderError')
    return new ConfigurationError(`There are no AWS credentials: ${source} has none (${message}).`)
  if (roleArn === undefined) return new Error(`No AWS credentials from ${source}: ${message}`, { cause })
  const said = `STS did not give ${source}: ${name}: ${message}`
  return /^(AccessDenied|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken)/.test(name)
    ? new ConfigurationError(
        `${said}. Check that it may be assumed by these credentials (sts:AssumeRole, external id).`,
      )
    : new Error(said, { cause })
}

function sourceOf({ profile, roleArn, keys }: CredentialOptions): string {
  const own = profile === undefined ? 'the default chain' : `the profile ${profile}`
  if (roleArn === undefined) return own
  return `the role ${roleArn}, assumed with ${keys ? 'the keys given' : own}`
}
