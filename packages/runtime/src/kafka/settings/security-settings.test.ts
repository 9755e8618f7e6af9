import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenFunction } from '../types.ts'
import { clientConfig } from './client-settings.ts'
import { SettingReader, type Settings } from './setting-reader.ts'

const read = (settings: Settings, token?: TokenFunction) => {
  const reader = new SettingReader({ 'bootstrap.servers': 'a:1', ...settings })
  const config = clientConfig(reader, token ? { token } : {})
  reader.done('a client')
  return config
}
const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="u" password="p";'
const body = 'QUJD'.repeat(40)
const pemIn = (separator: string) =>
  `-----BEGIN CERTIFICATE-----${separator}${body}${separator}-----END CERTIFICATE-----`

describe('the settings of logins', () => {
  it('know PLAIN and SCRAM', () => {
    const settings = {
      'security.protocol': 'sasl_plaintext',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config': scram,
    }
    expect(read(settings).sasl).toEqual({ mechanism: 'SCRAM-SHA-512', username: 'u', password: 'p' })
  })

  it('take tokens from the function, also where the file says IAM', async () => {
    const token = () => Promise.resolve({ value: 't' })
    const settings = { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'AWS_MSK_IAM' }
    const sasl = read(settings, token).sasl
    expect(sasl?.mechanism === 'OAUTHBEARER' && (await sasl.token())).toEqual({ value: 't' })
  })

  it('tell the function whose login it is', async () => {
    const asked: unknown[] = []
    const token: TokenFunction = async (request) => {
      asked.push(request)
      return { value: 't' }
    }
    const jaas = 'software.amazon.msk.auth.iam.IAMLoginModule required awsRoleArn="arn:role";'
    const iam = { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'AWS_MSK_IAM' }
    for (const settings of [iam, { ...iam, 'sasl.jaas.config': jaas }]) {
      const { sasl } = read(settings, token)
      if (sasl?.mechanism === 'OAUTHBEARER') await sasl.token()
    }
    const module = 'software.amazon.msk.auth.iam.IAMLoginModule'
    expect(asked).toEqual([{}, { login: { module, options: { awsRoleArn: 'arn:role' } } }])
  })

  it('are of no concern without a login', () => {
    expect(read({ 'sasl.mechanism': 'GSSAPI', 'sasl.jaas.config': 'nonsense' }).sasl).toBeUndefined()
  })

  it.each<readonly [Settings, string]>([
    [{}, "sasl.mechanism is GSSAPI (the default), which isn't supported"],
    [{ 'sasl.mechanism': 'GSSAPI' }, "sasl.mechanism is GSSAPI, which isn't supported"],
    [{ 'sasl.mechanism': 'OAUTHBEARER' }, "an embedded worker takes a function for them as 'kafka.token'"],
    [{ 'sasl.mechanism': 'AWS_MSK_IAM' }, '@sluice/aws-login is installed beside it'],
    [{ 'sasl.mechanism': 'PLAIN' }, 'sasl.jaas.config is missing'],
    [
      { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': scram },
      'needs org.apache.kafka.common.security.plain.PlainLoginModule',
    ],
    [
      { 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': scram.replace('password', 'pass') },
      'username and password',
    ],
    [{ 'sasl.mechanism': 'DIGEST' }, 'must be one of PLAIN'],
  ])('are refused with the reason: %j', (settings, reason) => {
    expect(() => read({ 'security.protocol': 'SASL_PLAINTEXT', ...settings })).toThrow(reason)
  })
})

describe('the settings of TLS', () => {
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tls-settings-'))
  })
  afterAll(() => rmSync(dir, { recursive: true }))
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  }
  const tls = (settings: Settings) => read({ 'security.protocol': 'SSL', ...settings }).tls

  it.each(['\n', ' ', ''])('read PEM whose lines are separated by %j', (separator) => {
    const lines = body.match(/.{1,64}/g)?.join('\n')
    expect(tls({ 'ssl.truststore.certificates': pemIn(separator) })?.ca).toBe(
      `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    )
  })

  it('read PEM files, and a PKCS12 key store', () => {
    const trust = file('trust.pem', pemIn('\n'))
    const store = file('store.p12', Buffer.from([0x30, 0x82]))
    const options = tls({
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': trust,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': store,
      'ssl.keystore.password': 'changeit',
    })
    expect(options).toMatchObject({
      ca: expect.stringContaining('BEGIN'),
      passphrase: 'changeit',
      pfx: Buffer.from([0x30, 0x82]),
    })
  })

  it('refuse Java stores with the line that converts them', () => {
    const jks = file('store.jks', Buffer.from([0xfe, 0xed, 0xfe, 0xed]))
    expect(() => tls({ 'ssl.truststore.location': jks })).toThrow(
      `keytool -list -rfc -keystore ${jks} > ${jks}.pem`,
    )
    expect(() => tls({ 'ssl.keystore.location': jks })).toThrow(
      `keytool -importkeystore -srckeystore ${jks} -destkeystore ${jks}.p12 -deststoretype PKCS12`,
    )
  })

  it('check the host name unless told otherwise', () => {
    expect(tls({})?.checkServerIdentity).toBeUndefined()
    const unchecked = tls({ 'ssl.endpoint.identification.algorithm': '' })?.checkServerIdentity
    expect(unchecked?.('other', {} as never)).toBeUndefined()
    expect(() => tls({ 'ssl.endpoint.identification.algorithm': 'ldaps' })).toThrow('must be https')
  })

  it('say which file cannot be read, and what is half given', () => {
    expect(() => tls({ 'ssl.truststore.location': '/nowhere.pem' })).toThrow('ssl.truststore.location can')
    expect(() => tls({ 'ssl.keystore.key': pemIn('\n') })).toThrow(
      'ssl.keystore.certificate.chain is missing',
    )
    expect(() => tls({ 'ssl.enabled.protocols': 'SSLv3' })).toThrow('may list only')
  })
})
