import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createKafka } from './create-kafka.ts'
import { type SecureKafka, startSecureKafka, unsignedToken } from './testing/secure-kafka.ts'
import type { KafkaOptions } from './types.ts'

const quiet = () => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const modules = {
  PLAIN: 'org.apache.kafka.common.security.plain.PlainLoginModule',
  'SCRAM-SHA-256': 'org.apache.kafka.common.security.scram.ScramLoginModule',
  'SCRAM-SHA-512': 'org.apache.kafka.common.security.scram.ScramLoginModule',
}
const login = (mechanism: keyof typeof modules, password = 'secret') => ({
  'sasl.mechanism': mechanism,
  'sasl.jaas.config': `${modules[mechanism]} required username="user" password="${password}";`,
})
const claims = () => ({ sub: 'user', iat: Date.now() / 1000, exp: Date.now() / 1000 + 600 })

describe('security', () => {
  let kafka: SecureKafka
  beforeAll(async () => {
    kafka = await startSecureKafka()
  }, 240_000)
  afterAll(() => kafka.stop(), 60_000)

  const topicsSeen = async (
    protocol: keyof SecureKafka['servers'],
    settings: Readonly<Record<string, string>>,
    token?: KafkaOptions['token'],
  ): Promise<number> => {
    const admin = createKafka({
      settings: {
        'bootstrap.servers': kafka.servers[protocol],
        'security.protocol': protocol,
        'default.api.timeout.ms': '10000',
        ...settings,
      },
      log,
      ...(token ? { token } : {}),
    }).admin()
    try {
      await admin.clusterId()
      return (await admin.describeTopics()).size
    } finally {
      await admin.close()
    }
  }
  const trust = () => ({ 'ssl.truststore.location': kafka.certificate, 'ssl.truststore.type': 'PEM' })

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    'logs in by %s, with TLS and without',
    async (mechanism) => {
      await expect(topicsSeen('SASL_PLAINTEXT', login(mechanism))).resolves.toBeGreaterThanOrEqual(0)
      await expect(
        topicsSeen('SASL_SSL', { ...login(mechanism), ...trust() }),
      ).resolves.toBeGreaterThanOrEqual(0)
    },
  )

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    'says for good that %s was refused',
    async (mechanism) => {
      await expect(topicsSeen('SASL_PLAINTEXT', login(mechanism, 'wrong'))).rejects.toMatchObject({
        code: 'SASL_AUTHENTICATION_FAILED',
        retriable: false,
      })
    },
  )

  it('logs in by the tokens of a function', async () => {
    const token = () => Promise.resolve({ value: unsignedToken(claims()) })
    await expect(topicsSeen('SASL_PLAINTEXT', {}, token)).resolves.toBeGreaterThanOrEqual(0)
  })

  it('says for good that a token was refused', async () => {
    const token = () => Promise.resolve({ value: unsignedToken({ ...claims(), exp: 1 }) })
    await expect(topicsSeen('SASL_PLAINTEXT', {}, token)).rejects.toMatchObject({
      code: 'SASL_AUTHENTICATION_FAILED',
      retriable: false,
    })
  })

  it('shows a certificate of its own, from PKCS12 or PEM', async () => {
    const pkcs12 = {
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': kafka.keyStore,
      'ssl.keystore.password': kafka.password,
    }
    await expect(topicsSeen('SSL', { ...trust(), ...pkcs12 })).resolves.toBeGreaterThanOrEqual(0)
    const args = ['pkcs12', '-in', kafka.keyStore, '-nodes', '-nocerts', '-passin', `pass:${kafka.password}`]
    const pem = {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.key': execFileSync('openssl', args, { encoding: 'utf8' }),
      'ssl.keystore.certificate.chain': readFileSync(kafka.certificate, 'utf8'),
    }
    await expect(topicsSeen('SSL', { ...trust(), ...pem })).resolves.toBeGreaterThanOrEqual(0)
  })

  it('trusts no certificate that it was not told to trust', async () => {
    await expect(topicsSeen('SASL_SSL', login('PLAIN'))).rejects.toMatchObject({
      code: 'TLS',
      retriable: false,
    })
  })

  it('checks the host name unless told not to', async () => {
    const settings = {
      ...login('PLAIN'),
      ...trust(),
      'bootstrap.servers': kafka.servers.SASL_SSL.replace('localhost', '127.0.0.1'),
    }
    await expect(topicsSeen('SASL_SSL', settings)).rejects.toMatchObject({ code: 'TLS' })
    const unchecked = { ...settings, 'ssl.endpoint.identification.algorithm': '' }
    await expect(topicsSeen('SASL_SSL', unchecked)).resolves.toBeGreaterThanOrEqual(0)
  })

  it('hints at the protocol when the listener speaks another one', async () => {
    const plaintext = {
      'bootstrap.servers': kafka.servers.SASL_SSL,
      'default.api.timeout.ms': '2000',
      'security.protocol': 'PLAINTEXT',
    }
    await expect(topicsSeen('SASL_SSL', plaintext)).rejects.toThrow('security.protocol')
  })

  it('renews its login while it produces, in order', async () => {
    const clients = createKafka({
      settings: {
        'bootstrap.servers': kafka.servers.SASL_PLAINTEXT,
        'security.protocol': 'SASL_PLAINTEXT',
        ...login('SCRAM-SHA-512'),
      },
      log,
    })
    const topic = `renewed-${process.pid}`
    const admin = clients.admin()
    await admin.createTopics([{ name: topic, partitions: 1 }])
    const errors: unknown[] = []
    let delivered = 0n
    const producer = clients.producer({
      settings: { 'linger.ms': '0' },
      delivered: ({ error, ...delivery }) => {
        if (error) errors.push(error)
        else if ('baseOffset' in delivery) delivered = delivery.baseOffset + BigInt(delivery.records.length)
      },
    })
    const end = performance.now() + 5000
    let sent = 0n
    while (performance.now() < end) {
      await producer.send([{ topic, key: null, value: Buffer.from(String(sent)) }])
      sent += 1n
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await producer.flush()
    expect(errors).toEqual([])
    expect(delivered).toBe(sent)
    await producer.close()
    await admin.deleteTopics([topic])
    await admin.close()
  }, 30_000)
})
