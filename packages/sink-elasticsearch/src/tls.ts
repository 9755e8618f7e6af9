import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { type SettingClass, settingClasses, settingReasons } from './setting-classes.ts'

type TlsSettings = Readonly<Record<string, string>>

/** What is wrong with `elastic.https.*` settings (without that prefix), each as a part of a sentence that follows the setting's name. */
export function tlsIssues(
  settings: TlsSettings,
): readonly { readonly name: string; readonly message: string }[] {
  const issues: { name: string; message: string }[] = []
  for (const name of Object.keys(settings)) {
    const is = classOf(name)
    if (is !== undefined && is !== 'refused') continue
    const message =
      settingReasons.get(`elastic.https.${name}`) ?? 'is no setting of TLS; is it spelled right?'
    issues.push({ name, message })
  }
  for (const store of ['truststore', 'keystore'] as const) {
    const type = storeType(settings, store)
    if (type !== 'PEM' && settings[`ssl.${store}.location`]) {
      issues.push({
        name: `ssl.${store}.location`,
        message: conversion(settings[`ssl.${store}.location`]!, type, store),
      })
    }
  }
  return issues
}

/** The settings without effect that were given, by name. */
export function tlsWithoutEffect(settings: TlsSettings): readonly string[] {
  return Object.keys(settings).filter((name) => classOf(name) === 'warned')
}

function classOf(name: string): SettingClass | undefined {
  return settingClasses.get(`elastic.https.${name}`)
}

/** Node's TLS options of Kafka's settings. Reads the PEM files that they name; throws where one can't be read. */
export function tlsOptions(settings: TlsSettings): ConnectionOptions {
  const options: ConnectionOptions = {}
  const ca = settings['ssl.truststore.certificates'] ?? pemFile(settings['ssl.truststore.location'])
  if (ca) options.ca = ca
  const keystore = pemFile(settings['ssl.keystore.location'])
  const cert = settings['ssl.keystore.certificate.chain'] ?? keystore
  const key = settings['ssl.keystore.key'] ?? keystore
  if (cert) options.cert = cert
  if (key) options.key = key
  const passphrase = settings['ssl.key.password']
  if (passphrase) options.passphrase = passphrase
  if (settings['ssl.endpoint.identification.algorithm'] === '') options.checkServerIdentity = () => undefined
  const ciphers = settings['ssl.cipher.suites']
  if (ciphers) options.ciphers = ciphers.replaceAll(',', ':')
  const protocols = settings['ssl.enabled.protocols']?.split(',').map((protocol) => protocol.trim())
  if (protocols && !protocols.includes('TLSv1.3')) options.maxVersion = 'TLSv1.2'
  if (protocols && !protocols.includes('TLSv1.2')) options.minVersion = 'TLSv1.3'
  return options
}

function storeType(settings: TlsSettings, store: string): string {
  const type = settings[`ssl.${store}.type`]?.toUpperCase()
  if (type) return type
  return /\.(pem|crt|cer|key)$/i.test(settings[`ssl.${store}.location`] ?? '') ? 'PEM' : 'JKS'
}

function pemFile(path: string | undefined): string | undefined {
  if (!path) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`The PEM file ${path} of elastic.https.ssl.* can't be read.`, { cause })
  }
}

function conversion(path: string, type: string, store: string): string {
  const out = store === 'truststore' ? '-nokeys' : '-nodes'
  const first =
    type === 'PKCS12'
      ? ''
      : `keytool -importkeystore -srckeystore ${path} -destkeystore ${store}.p12 -deststoretype PKCS12 && `
  const source = type === 'PKCS12' ? path : `${store}.p12`
  return (
    `is a ${type} store, which is not supported; convert it to PEM (${first}openssl pkcs12 -in ${source} ${out} -out ${store}.pem), ` +
    `then set elastic.https.ssl.${store}.type=PEM and this setting to ${store}.pem`
  )
}
