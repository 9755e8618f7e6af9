import { readFileSync } from 'node:fs'
import type { ConnectionOptions, SecureVersion } from 'node:tls'
import type { SettingReader } from './setting-reader.ts'

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g
const jksMagic = 0xfeedfeed
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies readonly SecureVersion[]

/** TLS as the `ssl.*` settings say. PEM is read; a key store may be PKCS12; other stores are refused with the line that converts them. */
export function tlsOptions(reader: SettingReader): ConnectionOptions {
  return { ...trust(reader), ...identity(reader), ...protocols(reader), ...hostCheck(reader) }
}

function trust(reader: SettingReader): ConnectionOptions {
  const inline = reader.text('ssl.truststore.certificates')
  if (inline !== '') return { ca: pem(reader, 'ssl.truststore.certificates', inline) }
  const location = reader.text('ssl.truststore.location')
  if (location === '') return {}
  const bytes = read(reader, 'ssl.truststore.location')
  if (!bytes) return {}
  if (formatOf(bytes) === 'PEM') return { ca: pem(reader, 'ssl.truststore.location', bytes.toString()) }
  reader.issue(
    'ssl.truststore.location',
    `is a ${formatOf(bytes)} store, which isn't read; convert it with: keytool -list -rfc -keystore ${location} > ${location}.pem and set ssl.truststore.location=${location}.pem, ssl.truststore.type=PEM`,
  )
  return {}
}

function identity(reader: SettingReader): ConnectionOptions {
  const chain = reader.text('ssl.keystore.certificate.chain')
  const key = reader.text('ssl.keystore.key')
  const keyPassword = reader.text('ssl.key.password')
  const passphrase = keyPassword === '' ? {} : { passphrase: keyPassword }
  if (chain !== '' && key !== '') {
    const cert = pem(reader, 'ssl.keystore.certificate.chain', chain)
    return { cert, key: pem(reader, 'ssl.keystore.key', key), ...passphrase }
  }
  if (chain !== '' || key !== '') {
    reader.issue(
      chain === '' ? 'ssl.keystore.certificate.chain' : 'ssl.keystore.key',
      'is missing: a key and its certificates go together',
    )
  }
  const location = reader.text('ssl.keystore.location')
  const bytes = location === '' ? undefined : read(reader, 'ssl.keystore.location')
  if (!bytes) return {}
  switch (formatOf(bytes)) {
    case 'PEM': {
      const text = pem(reader, 'ssl.keystore.location', bytes.toString())
      return { cert: text, key: text, ...passphrase }
    }
    case 'PKCS12':
      return { pfx: bytes, passphrase: reader.text('ssl.keystore.password') }
    case 'JKS':
      reader.issue(
        'ssl.keystore.location',
        `is a JKS store, which isn't read; convert it with: keytool -importkeystore -srckeystore ${location} -destkeystore ${location}.p12 -deststoretype PKCS12 and set ssl.keystore.location=${location}.p12, ssl.keystore.type=PKCS12`,
      )
      return {}
  }
}

function protocols(reader: SettingReader): ConnectionOptions {
  const enabled = reader.list('ssl.enabled.protocols')
  if (enabled.length === 0) return {}
  const known = versions.filter((version) => enabled.includes(version))
  if (known.length === enabled.length) return { minVersion: known[0], maxVersion: known.at(-1) }
  reader.issue('ssl.enabled.protocols', `is '${enabled.join(',')}', but may list only ${versions.join(', ')}`)
  return {}
}

function hostCheck(reader: SettingReader): ConnectionOptions {
  const algorithm = reader.text('ssl.endpoint.identification.algorithm', 'https')
  if (algorithm === '') return { checkServerIdentity: () => undefined }
  if (algorithm.toLowerCase() !== 'https') {
    reader.issue(
      'ssl.endpoint.identification.algorithm',
      `is '${algorithm}', but must be https, or empty for no check of the host name`,
    )
  }
  return {}
}

/** By its content: Java's own `JKS` type has long been read as PKCS12 too, and the type setting is often left out. */
function formatOf(bytes: Buffer): 'PEM' | 'JKS' | 'PKCS12' {
  if (bytes.includes('-----BEGIN ')) return 'PEM'
  return bytes.length >= 4 && bytes.readUInt32BE(0) === jksMagic ? 'JKS' : 'PKCS12'
}

function read(reader: SettingReader, name: string): Buffer | undefined {
  try {
    return readFileSync(reader.text(name))
  } catch (error) {
    reader.issue(name, `can't be read: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** PEM blocks with their line breaks restored: in a properties file they often stand in one line. */
function pem(reader: SettingReader, name: string, text: string): string {
  const blocks = [...text.matchAll(pemBlock)].map(([, kind = '', body = '']) => {
    const lines = /^\s*[A-Za-z-]+:/.test(body) ? body.trim() : wrap(body.replaceAll(/\s+/g, ''))
    return `-----BEGIN ${kind}-----\n${lines}\n-----END ${kind}-----\n`
  })
  if (blocks.length === 0) reader.issue(name, 'holds no PEM block (-----BEGIN ...)')
  return blocks.join('')
}

function wrap(base64: string): string {
  return base64.replaceAll(/.{64}(?=.)/g, '$&\n')
}
