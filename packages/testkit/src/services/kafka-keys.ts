import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.ts'

/** Keys of a broker with TLS, and of one client that it trusts. */
export interface KafkaKeys {
  /** PEM: the broker's certificate, which clients are to trust. */
  readonly certificate: string
  /** PKCS12 with the broker's key. */
  readonly brokerStore: string
  /** PEM: the certificates of those whom the broker lets in. */
  readonly trusted: string
  /** PKCS12 with a client's key, for mutual TLS. */
  readonly clientStore: string
  /** Of all stores. */
  readonly password: string
}

const password = 'changeit'

/** Makes the keys in `dir`, or finds them there: for `localhost` and 127.0.0.1, good for a month. */
export async function kafkaKeys(keytool: string, dir: string): Promise<KafkaKeys> {
  const file = (name: string): string => join(dir, name)
  const keys: KafkaKeys = {
    certificate: file('broker.pem'),
    brokerStore: file('broker.p12'),
    trusted: file('trusted.pem'),
    clientStore: file('client.p12'),
    password,
  }
  if (existsSync(keys.trusted)) return keys
  await mkdir(dir, { recursive: true })
  const how = { command: keytool, logFile: file('keytool.log'), task: 'make keys for Kafka' }
  for (const [name, store] of [
    ['broker', keys.brokerStore],
    ['client', keys.clientStore],
  ] as const) {
    const where = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', password, '-alias', name]
    const subject = name === 'broker' ? 'localhost' : 'sluice-client'
    const names = ['-dname', `CN=${subject}`, '-ext', 'SAN=dns:localhost,ip:127.0.0.1']
    await run({ ...how, args: ['-genkeypair', '-keyalg', 'EC', '-validity', '30', ...names, ...where] })
    await run({ ...how, args: ['-exportcert', '-rfc', '-file', file(`${name}.pem`), ...where] })
  }
  const both = await Promise.all(['broker.pem', 'client.pem'].map((name) => readFile(file(name), 'utf8')))
  await writeFile(keys.trusted, both.join(''))
  return keys
}
