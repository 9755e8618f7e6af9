import type { Logger } from '@sluice/template'
import { type Settings, type SettingsInput, toSettings } from '../config/settings.ts'
import { messageOf } from '../errors/message-of.ts'
import { KafkaError, type KafkaReach } from '../kafka/types.ts'
import { ConfigError } from '../task/config-error.ts'
import { reachCluster } from './cluster.ts'
import { mskAccess } from './msk-package.ts'

/** How to reach Kafka beside the worker's settings: what `msk()` of @sluice/aws-login returns, or a program of its own. */
export interface KafkaAccess extends KafkaReach {
  /** `host:port`, separated by commas, or a function that finds them when the worker starts. */
  readonly bootstrap?: string | (() => Promise<string>)
  /** Further client settings by the JVM's names (`security.protocol`, `sasl.jaas.config`, ...), or a function that finds them when the worker starts. */
  readonly settings?: SettingsInput | (() => Promise<SettingsInput>)
}

/** Settings with all that clients need to know, and what settings can't say. */
export interface ReachedKafka {
  readonly settings: Settings
  readonly reach: KafkaReach
}

/** The worker's settings with those of the access put in. */
export async function withKafka(
  settings: Settings,
  kafka: string | KafkaAccess | undefined,
): Promise<Settings> {
  if (kafka === undefined) return settings
  const access: KafkaAccess = typeof kafka === 'string' ? { bootstrap: kafka } : kafka
  const { bootstrap, settings: further = {} } = access
  const found = typeof further === 'function' ? await further() : further
  const all = new Map([...settings, ...toSettings(found, 'kafka.settings')])
  if (bootstrap === undefined) return all
  return all.set('bootstrap.servers', typeof bootstrap === 'string' ? bootstrap : await bootstrap())
}

/**
 * The functions that a program gave, or those of @sluice/aws-login where the settings name a cluster of Amazon MSK or a login by IAM; then the cluster's
 * addresses are put into the settings. `base`: the folder that the package is looked for from.
 */
export async function reachKafka(
  settings: Settings,
  how: { readonly kafka?: string | KafkaAccess | undefined; readonly base: string; readonly log: Logger },
): Promise<ReachedKafka> {
  const given = typeof how.kafka === 'object' ? how.kafka : {}
  const own: KafkaReach = {
    ...(given.token && { token: given.token }),
    ...(given.rediscover && { rediscover: given.rediscover }),
    ...(given.refused && { refused: given.refused }),
  }
  if (Object.keys(own).length > 0) return { settings, reach: own }
  const access = await mskAccess(settings, how)
  if (access === undefined) return { settings, reach: {} }
  const { settings: found, ...reach } = access
  return { settings: new Map([...settings, ...found]), reach }
}

/** A worker that is refused says so when it starts, not with the first record. */
const loginWithinMs = '30000'
const forGood = ['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM', 'TLS', 'TOKEN']

/**
 * Logs in once. Rejects with a ConfigError where the login is refused. What passes, such as brokers that don't answer yet, is told to `waits`: tasks
 * try again.
 */
export async function checkLogin(
  { settings, reach }: ReachedKafka,
  waits: (reason: string) => void,
): Promise<void> {
  const cluster = await reachCluster(settings, reach, loginWithinMs)
  try {
    await cluster.id()
  } catch (error) {
    const isRefused = error instanceof KafkaError && forGood.includes(error.code)
    if (!isRefused) return waits(messageOf(error))
    const field = settings.has('msk.cluster.arn') ? 'msk.cluster.arn' : 'bootstrap.servers'
    throw new ConfigError([
      { field, message: `names a cluster that doesn't let the worker in. ${error.message}` },
    ])
  }
}
