import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askOk } from './http.ts'
import { type IamKeys, iamKeys } from './iam-keys.ts'
import { findJdk, javaTool } from './java.ts'
import { javaClasses } from './java-classes.ts'
import { type KafkaKeys, kafkaKeys } from './kafka-keys.ts'
import { kafkaJars, type KafkaServer, startKafka } from './kafka.ts'
import { freePorts } from './ports.ts'
import type { ServiceOptions } from './service.ts'
import { readState, writeState } from './state-file.ts'
import { versions } from './versions.ts'

export interface MskBrokerOptions extends ServiceOptions {
  /** `connections.max.reauth.ms` of the IAM listeners. Default 0: a login lasts as long as its token. */
  readonly sessionMs?: number
  /** More of server.properties. */
  readonly settings?: Readonly<Record<string, string>>
}

/** `host:port` of each way in, as a broker of Amazon MSK has them. */
export interface MskListeners {
  /** No login, no TLS (9092 there). */
  readonly plaintext: string
  /** Mutual TLS (9094). */
  readonly tls: string
  /** SCRAM-SHA-512 over TLS (9096). */
  readonly scram: string
  /** IAM (SASL/OAUTHBEARER) over TLS (9098). A refusal comes at once with its reason, as there. */
  readonly iam: string
  /** IAM without TLS. A refusal comes as plain Kafka says it (RFC 7628), without a reason. */
  readonly iamPlain: string
}

/** What the broker has counted of one listener since its start. */
export interface ListenerFigures {
  readonly created: number
  readonly open: number
  readonly logins: number
  readonly refusedLogins: number
  readonly renewals: number
  readonly refusedRenewals: number
}

/** Kafka with the listeners of Amazon MSK. Whoever logs in by IAM is let in only with a good signature of a key that it knows. */
export interface MskBroker extends KafkaServer {
  readonly listeners: MskListeners
  readonly region: string
  /** The listeners' keys, and a client's for mutual TLS. */
  readonly tls: KafkaKeys
  readonly scramUser: { readonly username: string; readonly password: string }
  readonly keys: IamKeys
  figures(listener: keyof MskListeners): Promise<ListenerFigures>
}

const region = 'eu-central-1'
const scramUser = { username: 'scramuser', password: 'scrampass' } as const
const names = ['tls', 'scram', 'iam', 'iamPlain'] as const
const protocols = { tls: 'SSL', scram: 'SASL_SSL', iam: 'SASL_SSL', iamPlain: 'SASL_PLAINTEXT' } as const

/**
 * Starts a broker that verifies the signatures of IAM logins, or finds it running. It has StandardAuthorizer with everything allowed: IAM's
 * policies aren't part of it.
 */
export async function startMskBroker(options: MskBrokerOptions): Promise<MskBroker> {
  const dir = resolve(options.dir)
  const jdk = findJdk({ server: 'the IAM-checking Kafka', atLeast: 17, modules: ['jdk.compiler'] })
  const ports = await portsOf(join(dir, 'listeners.json'))
  const tls = await kafkaKeys(javaTool(jdk, 'keytool'), join(dir, 'tls'))
  const keysFile = join(dir, 'iam-keys.properties')
  const classes = await verifierClasses(javaTool(jdk, 'javac'), options.signal)
  const kafka = await startKafka({
    ...options,
    dir,
    classPath: [classes],
    formatArgs: ['--add-scram', `SCRAM-SHA-512=[name=${scramUser.username},password=${scramUser.password}]`],
    listeners: names.map((name, index) => ({
      name: name.toUpperCase(),
      protocol: protocols[name],
      port: ports[index]!,
    })),
    settings: {
      ...tlsSettings(tls),
      ...scramSettings,
      ...iamSettings('iam', { keysFile, errorStyle: 'msk', sessionMs: options.sessionMs ?? 0 }),
      ...iamSettings('iamplain', { keysFile, errorStyle: 'rfc7628', sessionMs: options.sessionMs ?? 0 }),
      'metric.reporters': 'sluice.msk.ListenerFigures',
      'sluice.figures.port': String(ports[names.length]),
      ...options.settings,
    },
  })
  const [mutual, scram, iam, iamPlain] = names.map((_, index) => `localhost:${ports[index]}`)
  return {
    ...kafka,
    listeners: {
      plaintext: kafka.bootstrapServers,
      tls: mutual!,
      scram: scram!,
      iam: iam!,
      iamPlain: iamPlain!,
    },
    region,
    tls,
    scramUser,
    keys: iamKeys(keysFile),
    figures: (listener) => figuresOf(ports[names.length]!, listener),
  }
}

async function portsOf(file: string): Promise<readonly number[]> {
  const known = await readState<readonly number[]>(file)
  if (known) return known
  const ports = await freePorts(names.length + 1)
  await writeState(file, ports)
  return ports
}

function tlsSettings({ brokerStore, trusted, password }: KafkaKeys): Record<string, string> {
  return {
    'ssl.keystore.location': brokerStore,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.password': password,
    'ssl.truststore.location': trusted,
    'ssl.truststore.type': 'PEM',
    'listener.name.tls.ssl.client.auth': 'required',
  }
}

const scramSettings = {
  'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'listener.name.scram.scram-sha-512.sasl.jaas.config':
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
} as const

function iamSettings(
  listener: string,
  how: { readonly keysFile: string; readonly errorStyle: string; readonly sessionMs: number },
): Record<string, string> {
  const mechanism = `listener.name.${listener}.oauthbearer`
  const options = `credentialsFile="${how.keysFile}" region="${region}" errorStyle="${how.errorStyle}"`
  return {
    [`listener.name.${listener}.sasl.enabled.mechanisms`]: 'OAUTHBEARER',
    [`${mechanism}.sasl.server.callback.handler.class`]: 'sluice.msk.MskIamServerCallbackHandler',
    [`${mechanism}.sasl.login.callback.handler.class`]: 'sluice.msk.MskIamServerCallbackHandler',
    [`${mechanism}.sasl.jaas.config`]: `org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required ${options};`,
    [`${mechanism}.connections.max.reauth.ms`]: String(how.sessionMs),
  }
}

/** The broker's part, compiled once for this version of Kafka. */
async function verifierClasses(javac: string, signal: AbortSignal | undefined): Promise<string> {
  const folder = fileURLToPath(new URL('../../java/sluice/msk/', import.meta.url))
  const sources = ['MskIamVerifier', 'MskIamServerCallbackHandler', 'ListenerFigures'].map((name) =>
    join(folder, `${name}.java`),
  )
  const jars = await kafkaJars(versions.kafka, signal)
  return javaClasses('msk-verifier', { javac, sources, classPath: join(jars, '*'), signal })
}

async function figuresOf(port: number, listener: keyof MskListeners): Promise<ListenerFigures> {
  const text = await askOk(`http://127.0.0.1:${port}/`, AbortSignal.timeout(10_000))
  const start = `${listener.toUpperCase()} `
  const lines = text.split('\n').filter((line) => line.startsWith(start))
  const all = new Map(lines.map((line) => line.slice(start.length).split(' ') as [string, string]))
  const figure = (name: string): number => Number(all.get(name) ?? 0)
  return {
    created: figure('connection-creation-total'),
    open: figure('connection-count'),
    logins: figure('successful-authentication-total'),
    refusedLogins: figure('failed-authentication-total'),
    renewals: figure('successful-reauthentication-total'),
    refusedRenewals: figure('failed-reauthentication-total'),
  }
}
