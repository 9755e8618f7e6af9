import {
  between,
  boolean,
  className,
  type ConfigOf,
  durationMs,
  int,
  list,
  oneOf,
  prefix,
  secret,
  string,
} from '@sluice/template'
import { fieldsOf, otherSettings } from './other-settings.ts'
import { defaultStrategy, strategyNames, unknownStrategy } from './subject.ts'
import { noPem } from './tls.ts'

const ssl = 'schema.registry.ssl'

/** What every converter here asks of the operator about the registry, by Confluent's names. */
export const registryFields = {
  schemaRegistryUrl: list({
    doc: 'Lists the URLs of the schema registry, tried in turn.',
    importance: 'HIGH',
    validate: (urls) => (urls.length === 0 ? 'must name at least one URL' : urls.map(wrongUrl).find(Boolean)),
  }),
  basicAuthCredentialsSource: oneOf(['URL', 'USER_INFO', 'SASL_INHERIT'], {
    doc: 'Takes name and password from the URL or from `basic.auth.user.info`.',
    default: 'URL',
    validate: (source) =>
      source === 'SASL_INHERIT'
        ? "must be URL or USER_INFO: the Kafka client's login is not handed to converters"
        : undefined,
  }),
  basicAuthUserInfo: secret({
    doc: 'Logs in with this name and password, `name:password`, where `basic.auth.credentials.source=USER_INFO`.',
    aliases: ['schema.registry.basic.auth.user.info'],
    optional: true,
  }),
  bearerAuthCredentialsSource: oneOf(['STATIC_TOKEN', 'OAUTHBEARER', 'SASL_OAUTHBEARER_INHERIT', 'CUSTOM'], {
    doc: 'Takes the token from `bearer.auth.token`.',
    default: 'STATIC_TOKEN',
    validate: (source) =>
      source === 'STATIC_TOKEN' ? undefined : 'must be STATIC_TOKEN, the only source of tokens there is',
  }),
  bearerAuthToken: secret({ doc: 'Logs in with this bearer token.', optional: true }),
  requestHeaders: prefix('request.header.', { doc: 'Headers to send with every request.', secret: true }),
  autoRegisterSchemas: boolean({ doc: 'Registers schemas that the registry does not have.', default: true }),
  useSchemaId: int({
    doc: 'Writes with the schema of this id, where `auto.register.schemas=false`; -1: with its own.',
    default: -1,
  }),
  useLatestVersion: boolean({
    doc: "Writes with the latest version of the subject, where `auto.register.schemas=false`, instead of the value's own schema.",
    default: false,
  }),
  latestCacheTtlSec: int({
    doc: 'Asks anew for the latest version of a subject after so many seconds; -1: never.',
    default: -1,
  }),
  normalizeSchemas: boolean({
    doc: 'Lets the registry take schemas that differ only in order for the same.',
    default: false,
  }),
  keySubjectNameStrategy: className({
    doc: 'Says how the subject of a key is named: `<topic>-key`, its record’s full name, or `<topic>-<full name>`.',
    default: defaultStrategy,
    recommended: strategyNames,
    validate: unknownStrategy,
  }),
  valueSubjectNameStrategy: className({
    doc: 'Says how the subject of a value is named: `<topic>-value`, its record’s full name, or `<topic>-<full name>`.',
    default: defaultStrategy,
    recommended: strategyNames,
    validate: unknownStrategy,
  }),
  schemasCacheConfig: int({
    doc: 'Remembers the ids of so many schemas, and as many latest versions.',
    default: 1000,
    validate: between(1),
  }),
  httpConnectTimeoutMs: durationMs({
    doc: 'Waits this long, in milliseconds, for a connection to the registry.',
    default: 10_000,
    validate: between(1),
  }),
  httpReadTimeoutMs: durationMs({
    doc: 'Waits this long, in milliseconds, for an answer of the registry.',
    default: 10_000,
    validate: between(1),
  }),
  maxRetries: int({
    doc: 'Asks this many times more where no URL answers.',
    default: 3,
    validate: between(0),
  }),
  retriesWaitMs: durationMs({
    doc: 'Waits this long, in milliseconds, before the first further try, twice as long before each next.',
    default: 1000,
    validate: between(0),
  }),
  retriesMaxWaitMs: durationMs({
    doc: 'Waits at most this long, in milliseconds, between tries.',
    default: 20_000,
    validate: between(0),
  }),
  lookupTimeoutMs: durationMs({
    doc: 'Gives one question to the registry this long, in milliseconds, with all tries and all URLs; after that it is a retriable error.',
    default: 30_000,
    validate: between(1),
  }),
  tlsTruststoreCertificates: string({
    name: `${ssl}.truststore.certificates`,
    doc: 'Trusts these certificates, in PEM.',
    optional: true,
  }),
  tlsTruststoreLocation: string({
    name: `${ssl}.truststore.location`,
    doc: 'Trusts the certificates of this PEM file.',
    optional: true,
    validate: noPem,
  }),
  tlsKeystoreCertificateChain: string({
    name: `${ssl}.keystore.certificate.chain`,
    doc: 'Shows this certificate, in PEM, to a registry that asks for one.',
    optional: true,
  }),
  tlsKeystoreKey: secret({ name: `${ssl}.keystore.key`, doc: 'Its key, in PEM.', optional: true }),
  tlsKeystoreLocation: string({
    name: `${ssl}.keystore.location`,
    doc: 'Shows the certificate, by the key, of this PEM file.',
    optional: true,
    validate: noPem,
  }),
  tlsKeyPassword: secret({
    name: `${ssl}.key.password`,
    doc: 'Opens the key.',
    optional: true,
  }),
  tlsEndpointIdentificationAlgorithm: string({
    name: `${ssl}.endpoint.identification.algorithm`,
    doc: 'Compares the host with the certificate (https), or does not (empty).',
    default: 'https',
  }),
  ...fieldsOf(otherSettings),
}

export type RegistryConfig = ConfigOf<typeof registryFields>

function wrongUrl(text: string): string | undefined {
  const url = URL.parse(text)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return undefined
  return `has "${text.replace(/\/\/.*@/, '//***@')}", which is no http: or https: URL`
}
