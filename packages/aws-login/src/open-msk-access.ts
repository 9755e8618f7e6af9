import { ConfigurationError, type Logger, parseConfig } from '@sluice/template'
import { type Choice, chooseBootstrap, type MskAuth } from './bootstrap.ts'
import { parseClusterArn, regionOfBroker } from './cluster-arn.ts'
import { type AwsCredentials, type CredentialOptions, sharedCredentials } from './credentials.ts'
import { type ClusterFinder, openFinder } from './find-cluster.ts'
import { credentialsOfLine, type LoginLine } from './iam-login.ts'
import { type MskConfig, mskFields } from './msk-fields.ts'
import { explainRefusal } from './refused-login.ts'
import { atMostEvery } from './at-most-every.ts'
import { scramSecret } from './scram-secret.ts'
import { iamToken } from './token.ts'

type Settings = ReadonlyMap<string, string>

/** How to reach a cluster: what the runtime takes. */
export interface MskAccess {
  /** Client settings by the JVM's names that the given ones lack. */
  readonly settings: Settings
  readonly token: (request?: { readonly login?: LoginLine }) => Promise<{ readonly value: string }>
  /** Absent: nobody said which cluster it is. */
  readonly rediscover?: () => Promise<string>
  readonly refused: (
    reason: string,
    request: { readonly login?: LoginLine },
  ) => Promise<{ readonly advice: string; readonly retriable: boolean }>
}

/** AWS limits how often its API may be asked, and all clients of a worker lose their brokers together. */
const rediscoverEveryMs = 30_000

/**
 * Reads `msk.*` (docs/reference/msk.md), finds the cluster where they name one, and chooses login and addresses. Rejects with an Error that says what is wrong: a
 * ConfigurationError where only other settings can help.
 */
export async function openMskAccess(
  settings: Settings,
  { log }: { readonly log: Pick<Logger, 'info'> },
): Promise<MskAccess> {
  const config = configOf(settings)
  const region = await regionOf(config, settings)
  const credentialsFor = sharedCredentials()
  const own = credentialsFor(ownCredentials(config, region))
  const finder = await openFinder({ region, endpoint: config.mskEndpoint, credentials: own })
  const cluster = await clusterOf(config, finder)
  const wanted = { auth: possibleAuths(config, settings), network: config.mskNetwork }
  const find = async (arn: string): Promise<Choice> => choiceOf(arn, finder, wanted)
  const choice = cluster === undefined ? undefined : await find(cluster)
  const auth = choice?.auth ?? saidAuth(config, settings)
  const found = await clientSettings({ config, settings, region, auth, credentials: own })
  if (choice) found.set('bootstrap.servers', settings.get('bootstrap.servers') ?? choice.servers)
  const { mskNetwork: network } = config
  if (choice)
    log.info({ cluster, auth, network, servers: choice.servers }, 'Found the cluster of Amazon MSK.')

  const credentialsOf = ({ login }: { readonly login?: LoginLine }): AwsCredentials => {
    const options = login && credentialsOfLine(login)
    return options ? credentialsFor({ region, ...stsOf(config), ...options }) : own
  }
  return {
    settings: missing(found, settings),
    token: async (request = {}) => iamToken(region, credentialsOf(request)),
    ...(cluster && {
      rediscover: atMostEvery(rediscoverEveryMs, async () => (await find(cluster)).servers),
    }),
    refused: async (reason, request) => {
      const credentials = credentialsOf(request)
      const advice = await explainRefusal(reason, {
        region,
        clusterRegion: clusterRegionOf(
          cluster,
          found.get('bootstrap.servers') ?? settings.get('bootstrap.servers'),
        ),
        cluster,
        credentials,
        clockUrl: clockUrl(config, region),
        stsEndpoint: config.mskStsEndpoint,
      })
      return { advice, retriable: await credentials.renew().catch(() => false) }
    },
  }
}

function configOf(settings: Settings): MskConfig {
  const ours = new Map([...settings].filter(([key]) => key.startsWith('msk.')))
  const { config, issues, unclaimed } = parseConfig(mskFields, ours)
  const wrong = [
    ...issues.map(({ field, message }) => `${field} ${message}`),
    ...unclaimed.map((key) => `${key} is no setting for Amazon MSK`),
    ...(config?.mskClusterArn && !parseClusterArn(config.mskClusterArn)
      ? [`msk.cluster.arn is no ARN of a cluster: arn:aws:kafka:<region>:<account>:cluster/<name>/<id>`]
      : []),
    ...(config?.mskClusterArn && config.mskClusterName
      ? ['msk.cluster.name names the cluster once more: give it, or msk.cluster.arn']
      : []),
    ...(config?.mskAuth === 'none' && config.mskNetwork !== 'private'
      ? [`msk.auth=none is there with msk.network=private only`]
      : []),
  ]
  if (config === undefined || wrong.length > 0) throw new ConfigurationError(`${wrong.join('; ')}.`)
  return config
}

async function regionOf(config: MskConfig, settings: Settings): Promise<string> {
  const ofArn = config.mskClusterArn && parseClusterArn(config.mskClusterArn)?.region
  const [server = ''] = (settings.get('bootstrap.servers') ?? '').split(',')
  const found =
    config.mskRegion ?? ofArn ?? regionOfBroker(server) ?? (await environmentsRegion(config.mskProfile))
  if (found !== undefined) return found
  throw new ConfigurationError(
    'msk.region is missing: neither an ARN, nor a broker, nor the environment (AWS_REGION, the profile) names the region of the cluster.',
  )
}

/** As AWS's own clients find it. */
async function environmentsRegion(profile: string | undefined): Promise<string | undefined> {
  const { STSClient } = await import('@aws-sdk/client-sts')
  const client = new STSClient(profile ? { profile } : {})
  try {
    return await client.config.region()
  } catch {
    return undefined
  } finally {
    client.destroy()
  }
}

function ownCredentials(config: MskConfig, region: string): CredentialOptions {
  return {
    region,
    ...stsOf(config),
    profile: config.mskProfile,
    roleArn: config.mskRoleArn,
    ...(config.mskRoleArn && { roleSessionName: config.mskRoleSessionName }),
    roleExternalId: config.mskRoleExternalId,
  }
}

function stsOf({ mskStsRegion, mskStsEndpoint }: MskConfig): CredentialOptions {
  return { stsRegion: mskStsRegion, stsEndpoint: mskStsEndpoint }
}

async function clusterOf(config: MskConfig, finder: ClusterFinder): Promise<string | undefined> {
  if (config.mskClusterArn !== undefined) return config.mskClusterArn
  return config.mskClusterName === undefined ? undefined : finder.arnOf(config.mskClusterName)
}

async function choiceOf(
  arn: string,
  finder: ClusterFinder,
  wanted: Parameters<typeof chooseBootstrap>[1],
): Promise<Choice> {
  const bootstrap = await finder.bootstrapOf(arn)
  try {
    return chooseBootstrap(bootstrap, wanted)
  } catch (error) {
    throw new ConfigurationError(
      `The cluster ${arn} ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

/** The login that the settings name; undefined: none, and what they say of it is enough. */
function saidAuth({ mskAuth, mskScramSecretArn }: MskConfig, settings: Settings): MskAuth | undefined {
  if (mskAuth !== 'auto') return mskAuth
  const mechanism = (settings.get('sasl.mechanism') ?? '').trim().toUpperCase()
  if (mechanism === 'AWS_MSK_IAM' || mechanism === 'OAUTHBEARER') return 'iam'
  return mechanism.startsWith('SCRAM') || mskScramSecretArn !== undefined ? 'scram' : undefined
}

/** What the settings ask for; the best first where they leave it open. */
function possibleAuths(config: MskConfig, settings: Settings): readonly MskAuth[] {
  const said = saidAuth(config, settings)
  if (said !== undefined) return [said]
  const protocol = (settings.get('security.protocol') ?? '').trim().toUpperCase()
  if (protocol === 'SSL') return ['tls']
  if (protocol === 'PLAINTEXT') return ['none']
  const hasKeys = ['ssl.keystore.location', 'ssl.keystore.key'].some((name) => settings.has(name))
  return hasKeys && !protocol.startsWith('SASL') ? ['tls', 'iam'] : ['iam', 'tls', 'none']
}

async function clientSettings(how: {
  readonly config: MskConfig
  readonly settings: Settings
  readonly region: string
  readonly auth: MskAuth | undefined
  readonly credentials: AwsCredentials
}): Promise<Map<string, string>> {
  const { config, settings, region, auth, credentials } = how
  switch (auth) {
    case undefined:
      return new Map()
    case 'none':
      return new Map([['security.protocol', 'PLAINTEXT']])
    case 'tls':
      return new Map([['security.protocol', 'SSL']])
    case 'iam':
      // before the first broker is asked: what is missing shows here, unless a line names credentials of its own
      if (!settings.has('sasl.jaas.config')) await credentials()
      return new Map([
        ['security.protocol', 'SASL_SSL'],
        ['sasl.mechanism', 'OAUTHBEARER'],
      ])
    case 'scram': {
      const found = new Map([
        ['security.protocol', 'SASL_SSL'],
        ['sasl.mechanism', 'SCRAM-SHA-512'],
      ])
      const secret = config.mskScramSecretArn
      if (secret === undefined && settings.has('sasl.jaas.config')) return found
      if (secret === undefined)
        throw new ConfigurationError(
          'msk.scram.secret.arn is missing, the secret with the name and password for SCRAM (or sasl.jaas.config with both).',
        )
      return found.set('sasl.jaas.config', scramLine(await scramSecret(secret, { region, credentials })))
    }
  }
}

function scramLine({ username, password }: { readonly username: string; readonly password: string }): string {
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  return `org.apache.kafka.common.security.scram.ScramLoginModule required username=${quoted(username)} password=${quoted(password)};`
}

/** What was said already stands. */
function missing(found: Settings, given: Settings): Settings {
  return new Map([...found].filter(([key]) => (given.get(key) ?? '').trim() === ''))
}

/** MSK's API, where the SDK would ask it. */
function clockUrl({ mskEndpoint }: MskConfig, region: string): string {
  const { AWS_ENDPOINT_URL_KAFKA: ofKafka, AWS_ENDPOINT_URL: ofAll } = process.env
  return mskEndpoint ?? ofKafka ?? ofAll ?? `https://kafka.${region}.amazonaws.com/`
}

function clusterRegionOf(cluster: string | undefined, servers: string | undefined): string | undefined {
  return (cluster && parseClusterArn(cluster)?.region) ?? regionOfBroker((servers ?? '').split(',')[0] ?? '')
}
