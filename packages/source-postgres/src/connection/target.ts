import type { ClientConfig } from 'pg'
import type { SourceConfig } from '../config/fields.ts'
import { quoteLiteral } from '../sql-text.ts'
import { parseUrl, type ParsedUrl } from './url.ts'
import { tlsVariants } from './tls.ts'

/** Where to connect, worked out of the settings. */
export interface ConnectionTarget {
  /** Tried in order: each server, each way of `sslmode`. */
  readonly configs: readonly ClientConfig[]
  /** Statements for a new session. */
  readonly settings: readonly string[]
  /** For messages: without secrets. */
  readonly shown: string
  readonly database: string
  /** Which of several servers will do. */
  readonly role: 'any' | 'primary' | 'standby'
  readonly attempts: number
  readonly backoffMs: number
}

const ISOLATION = {
  DEFAULT: undefined,
  READ_UNCOMMITTED: 'read uncommitted',
  READ_COMMITTED: 'read committed',
  REPEATABLE_READ: 'repeatable read',
  SERIALIZABLE: 'serializable',
} as const

/** Throws an Error whose message follows the name of the setting that `url` is. */
export function connectionTarget(config: SourceConfig, url: string, name: string): ConnectionTarget {
  const parsed = parseUrl(url)
  const params = new Map([...parsed.params, ...Object.entries(config.connection)])
  const user = config.connectionUser || parsed.user || 'postgres'
  const database = parsed.database ?? user
  const schema = params.get('currentSchema')
  const isolation = ISOLATION[config.transactionIsolationMode]
  return {
    configs: parsed.servers.flatMap((server) =>
      tlsVariants(params).map((ssl) => ({
        ...server,
        user,
        database,
        ...passwordOf(config, parsed),
        ssl,
        application_name: params.get('ApplicationName') ?? params.get('application_name') ?? name,
        connectionTimeoutMillis:
          seconds(params, params.has('connectTimeout') ? 'connectTimeout' : 'connect_timeout', 10) * 1000,
        keepAlive: true,
        keepAliveInitialDelayMillis: 10_000,
        ...(params.has('options') ? { options: params.get('options')! } : {}),
      })),
    ),
    settings: [
      ...(schema === undefined
        ? []
        : [
            `SET search_path = ${schema
              .split(',')
              .map((part) => quoteLiteral(part.trim()))
              .join(', ')}`,
          ]),
      ...(isolation === undefined ? [] : [`SET default_transaction_isolation = '${isolation}'`]),
    ],
    shown: `${parsed.servers.map((server) => `${server.host}:${server.port}`).join(',')}/${database} as ${user}`,
    database,
    role: serverRole(params.get('targetServerType') ?? params.get('target_session_attrs') ?? 'any'),
    attempts: config.connectionAttempts,
    backoffMs: config.connectionBackoffMs,
  }
}

/** By the names of the JDBC driver's `targetServerType` and libpq's `target_session_attrs`; a mere preference is `any`. */
function serverRole(text: string): ConnectionTarget['role'] {
  if (['primary', 'master', 'read-write'].includes(text)) return 'primary'
  if (['secondary', 'slave', 'standby'].includes(text)) return 'standby'
  if (/^(any|prefer(Primary|Secondary|Slave|-standby))$/.test(text)) return 'any'
  throw new Error(
    `has targetServerType=${text}; it is one of any, primary, secondary, preferPrimary, preferSecondary`,
  )
}

function passwordOf(config: SourceConfig, parsed: ParsedUrl): { password?: string } {
  const password = config.connectionPassword ?? parsed.password
  return password === undefined ? {} : { password }
}

function seconds(params: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const text = params.get(name)
  if (text === undefined) return fallback
  const value = Number(text)
  if (!(value >= 0)) throw new Error(`has ${name}=${text}, which is not a number of seconds`)
  return value === 0 ? fallback : value
}
