import type { Sasl } from '../client-config.ts'
import type { KafkaReach, TokenRequest } from '../types.ts'
import { type JaasEntry, parseJaas } from './jaas.ts'
import type { SettingReader } from './setting-reader.ts'

const loginModules = {
  PLAIN: 'org.apache.kafka.common.security.plain.PlainLoginModule',
  'SCRAM-SHA-256': 'org.apache.kafka.common.security.scram.ScramLoginModule',
  'SCRAM-SHA-512': 'org.apache.kafka.common.security.scram.ScramLoginModule',
} as const

/** How to log in, as the `sasl.*` settings say; undefined if they are wrong. `reach.token` serves OAUTHBEARER and AWS_MSK_IAM. */
export function saslOptions(reader: SettingReader, reach: KafkaReach): Sasl | undefined {
  const mechanism = reader.text('sasl.mechanism', reach.token ? 'OAUTHBEARER' : 'GSSAPI').toUpperCase()
  switch (mechanism) {
    case 'PLAIN':
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return withPassword(reader, mechanism)
    case 'OAUTHBEARER':
    case 'AWS_MSK_IAM':
      return withToken(reader, reach, mechanism)
    case 'GSSAPI':
      reader.issue(
        'sasl.mechanism',
        `is GSSAPI${reader.has('sasl.mechanism') ? '' : ' (the default)'}, which isn't supported, for there is no maintained Kerberos client for Node; use SCRAM-SHA-512, PLAIN over TLS, or OAUTHBEARER`,
      )
      return undefined
    default:
      reader.issue(
        'sasl.mechanism',
        `is '${mechanism}', but must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER`,
      )
      return undefined
  }
}

function withToken(reader: SettingReader, reach: KafkaReach, mechanism: string): Sasl | undefined {
  const { token, refused } = reach
  const jaas = reader.has('sasl.jaas.config') ? readJaas(reader) : undefined
  const request: TokenRequest = jaas
    ? { login: { module: jaas.loginModule, options: Object.fromEntries(jaas.options) } }
    : {}
  if (token) {
    return {
      mechanism: 'OAUTHBEARER',
      token: () => token(request),
      ...(refused && { refused: (reason: string) => refused(reason, request) }),
    }
  }
  reader.issue(
    'sasl.mechanism',
    `is ${mechanism}, which needs tokens: ${mechanism === 'AWS_MSK_IAM' ? "say in the worker's own settings that it logs in by IAM (msk.auth=iam), for which @sluice/aws-login is installed beside it" : "an embedded worker takes a function for them as 'kafka.token', @sluice/aws-login has those of Amazon MSK"}`,
  )
  return undefined
}

function withPassword(reader: SettingReader, mechanism: keyof typeof loginModules): Sasl | undefined {
  const jaas = readJaas(reader)
  if (!jaas) return undefined
  const problem = problemOf(jaas, mechanism)
  if (problem !== undefined) {
    reader.issue('sasl.jaas.config', problem)
    return undefined
  }
  return {
    mechanism,
    username: jaas.options.get('username') ?? '',
    password: jaas.options.get('password') ?? '',
  }
}

function readJaas(reader: SettingReader): JaasEntry | undefined {
  const config = reader.text('sasl.jaas.config')
  if (config === '') {
    reader.issue('sasl.jaas.config', 'is missing: it holds user name and password')
    return undefined
  }
  try {
    return parseJaas(config)
  } catch (error) {
    reader.issue('sasl.jaas.config', error instanceof Error ? error.message : String(error))
    return undefined
  }
}

function problemOf(jaas: JaasEntry, mechanism: keyof typeof loginModules): string | undefined {
  const expected = loginModules[mechanism]
  if (jaas.loginModule !== expected)
    return `names ${jaas.loginModule}, but sasl.mechanism ${mechanism} needs ${expected}`
  if (jaas.options.get('tokenauth')?.toLowerCase() === 'true')
    return 'asks for delegation tokens (tokenauth), which are not supported'
  if (!jaas.options.has('username') || !jaas.options.has('password')) return 'must give username and password'
  return undefined
}
