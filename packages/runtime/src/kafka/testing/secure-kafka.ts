import { execFile } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type KafkaServer, ownFolder, startKafka } from '@sluice/testkit/services'
import { Broker } from '../broker.ts'
import { clientConfig } from '../settings/client-settings.ts'
import { SettingReader } from '../settings/setting-reader.ts'

const run = promisify(execFile)
const password = 'changeit'

/** A broker with a listener for each security protocol; `user` and `secret` may log in by every mechanism. */
export interface SecureKafka {
  /** Without a login: the user ANONYMOUS. */
  readonly plain: string
  readonly servers: Readonly<Record<'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL', string>>
  /** The broker's certificate, and a PKCS12 store with a key that the listener SSL asks for. */
  readonly certificate: string
  readonly keyStore: string
  readonly password: string
  stop(): Promise<void>
}

/** `settings`: more of server.properties. */
export async function startSecureKafka(
  settings: Readonly<Record<string, string>> = {},
): Promise<SecureKafka> {
  const dir = ownFolder('secure-kafka')
  const plain = await startKafka({ dir })
  await makeScramUsers(plain)
  const [listeners = '', advertised = ''] = await listenersOf(dir)
  await plain.stop()
  const keys = await makeKeys(join(dir, 'tls'))
  const protocols = ['SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const
  const ports = await Promise.all(protocols.map(freePort))
  const own = protocols.map((protocol, index) => `${protocol}://localhost:${ports[index]}`).join(',')
  const kafka = await startKafka({
    dir,
    settings: {
      listeners: `${listeners},${own}`,
      'advertised.listeners': `${advertised},${own}`,
      'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,${protocols.map((p) => `${p}:${p}`).join(',')}`,
      ...loginSettings('sasl_plaintext'),
      ...loginSettings('sasl_ssl'),
      'listener.name.sasl_plaintext.connections.max.reauth.ms': '2000',
      'ssl.keystore.location': keys.keyStore,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.password': password,
      'ssl.truststore.location': keys.certificate,
      'ssl.truststore.type': 'PEM',
      'listener.name.ssl.ssl.client.auth': 'required',
      ...settings,
    },
  })
  const [ssl, saslPlaintext, saslSsl] = ports.map((port) => `localhost:${port}`)
  return {
    plain: kafka.bootstrapServers,
    servers: { SSL: ssl ?? '', SASL_PLAINTEXT: saslPlaintext ?? '', SASL_SSL: saslSsl ?? '' },
    ...keys,
    password,
    stop: () => kafka.stop(),
  }
}

/** A token that the broker's development validator takes: JSON claims without a signature. */
export function unsignedToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.`
}

function loginSettings(listener: string): Record<string, string> {
  const module = 'org.apache.kafka.common.security'
  const name = `listener.name.${listener}`
  return {
    [`${name}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`${name}.plain.sasl.jaas.config`]: `${module}.plain.PlainLoginModule required user_user="secret";`,
    [`${name}.scram-sha-256.sasl.jaas.config`]: `${module}.scram.ScramLoginModule required;`,
    [`${name}.scram-sha-512.sasl.jaas.config`]: `${module}.scram.ScramLoginModule required;`,
    [`${name}.oauthbearer.sasl.jaas.config`]: `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
  }
}

async function listenersOf(dir: string): Promise<string[]> {
  const file = await readFile(join(dir, 'conf', 'broker-1.properties'), 'utf8')
  const value = (name: string) => {
    const line = file.split('\n').find((one) => one.startsWith(`${name}=`)) ?? ''
    return line.slice(name.length + 1).replaceAll('\\', '')
  }
  return [value('listeners'), value('advertised.listeners')]
}

async function makeKeys(dir: string): Promise<{ certificate: string; keyStore: string }> {
  const keyStore = join(dir, 'store.p12')
  const certificate = join(dir, 'certificate.pem')
  await mkdir(dir, { recursive: true })
  const store = ['-keystore', keyStore, '-storetype', 'PKCS12', '-storepass', password, '-alias', 'broker']
  const names = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost']
  await run('keytool', ['-genkeypair', '-keyalg', 'EC', '-validity', '30', ...names, ...store])
  await run('keytool', ['-exportcert', '-rfc', '-file', certificate, ...store])
  return { keyStore, certificate }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** By AlterUserScramCredentials (KIP-554), version 0: the one call here with compact fields and tags. */
async function makeScramUsers(kafka: KafkaServer): Promise<void> {
  const config = clientConfig(new SettingReader({ 'bootstrap.servers': kafka.bootstrapServers }), {})
  const [address = { host: '127.0.0.1', port: 0 }] = config.bootstrap
  const broker = new Broker(1, address, config)
  const noTags = Buffer.from([0])
  const firstResult = 1 + 4 + 1
  for (const digest of ['sha256', 'sha512'] as const) {
    const body = [noTags, Buffer.from([1, 2]), scramUser(digest), noTags]
    const call = { name: 'AlterUserScramCredentials', key: 51, version: 0, body, timeoutMs: 10_000 }
    const answer = await broker.exchange(() => call)
    const error = answer.readInt16BE(firstResult + 1 + 'user'.length)
    if (error !== 0) throw new Error(`The SCRAM user could not be made: error ${error}.`)
  }
  broker.close()
}

function scramUser(digest: 'sha256' | 'sha512'): Buffer {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync('secret', salt, iterations, digest === 'sha256' ? 32 : 64, digest)
  const count = Buffer.alloc(4)
  count.writeInt32BE(iterations)
  const mechanism = Buffer.from([digest === 'sha256' ? 1 : 2])
  return Buffer.concat([
    compact(Buffer.from('user')),
    mechanism,
    count,
    compact(salt),
    compact(salted),
    Buffer.from([0]),
  ])
}

function compact(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.length + 1]), bytes])
}
