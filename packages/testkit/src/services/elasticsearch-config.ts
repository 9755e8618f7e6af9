import { pbkdf2Sync, randomBytes } from 'node:crypto'

export interface ElasticsearchUser {
  readonly name: string
  readonly password: string
  /** A role that is built in: `superuser`, `viewer`. */
  readonly role: string
}

export interface ElasticsearchLayout {
  readonly port: number
  readonly transportPort: number
  readonly dataDir: string
  readonly logsDir: string
  readonly tmpDir: string
  readonly users: readonly ElasticsearchUser[]
  /** The user's own; they win. */
  readonly settings: Readonly<Record<string, string>>
}

/** A cluster of one node. Flat names are valid YAML keys there. */
export function elasticsearchYaml({
  port,
  transportPort,
  dataDir,
  logsDir,
  settings,
}: ElasticsearchLayout): string {
  const all = {
    'cluster.name': 'sluice',
    'node.name': 'node-1',
    'discovery.type': 'single-node',
    'network.host': '127.0.0.1',
    'http.port': String(port),
    'transport.port': String(transportPort),
    'path.data': dataDir,
    'path.logs': logsDir,
    // a developer's disk is often fuller than the 85 % above which a node takes no shards
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
    'xpack.security.enrollment.enabled': 'false',
    'xpack.security.autoconfiguration.enabled': 'false',
    ...settings,
  }
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')
}

/** Replaces the distribution's own jvm.options, which would log garbage collection into its read-only home. */
export function jvmOptions({ logsDir, tmpDir }: ElasticsearchLayout): string {
  return [
    '-Xms512m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    `-Djava.io.tmpdir=${tmpDir}`,
    '-XX:+ExitOnOutOfMemoryError',
    `-XX:ErrorFile=${logsDir}/crash-%p.log`,
    '-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1',
    '',
  ].join('\n')
}

/** The file realm's `users`: needs no keystore and no call to the running server, as the native users would. */
export function usersFile(users: readonly ElasticsearchUser[]): string {
  return users.map(({ name, password }) => `${name}:${hashed(password)}\n`).join('')
}

/** The file realm's `users_roles`. */
export function rolesFile(users: readonly ElasticsearchUser[]): string {
  return users.map(({ name, role }) => `${role}:${name}\n`).join('')
}

/** One of the formats that its file realm reads: PBKDF2 with HMAC-SHA512, 32 bytes each of salt and hash. */
function hashed(password: string): string {
  const rounds = 10_000
  const salt = randomBytes(32)
  const hash = pbkdf2Sync(password, salt, rounds, 32, 'sha512')
  return `{PBKDF2}${rounds}$${salt.toString('base64')}$${hash.toString('base64')}`
}
