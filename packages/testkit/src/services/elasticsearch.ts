import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { SecureContextOptions } from 'node:tls'
import { daemon } from './daemon.ts'
import { together } from './daemons.ts'
import {
  type ElasticsearchLayout,
  type ElasticsearchUser,
  elasticsearchYaml,
  jvmOptions,
  rolesFile,
  usersFile,
} from './elasticsearch-config.ts'
import { askOk } from './http.ts'
import { findJdk, type JdkNeed } from './java.ts'
import { mavenZip } from './maven.ts'
import { freePorts } from './ports.ts'
import { refuseOther, type Service, type ServiceOptions, serviceState } from './service.ts'
import { giveAway, unprivileged } from './unprivileged.ts'
import { type ElasticsearchVersion, versions } from './versions.ts'
import { messageOf } from './waiting.ts'

export interface ElasticsearchOptions extends ServiceOptions {
  /** Default 8.19. 9 needs a full JDK 21 or newer. */
  readonly version?: ElasticsearchVersion
  /** By the names of elasticsearch.yml: `{ 'thread_pool.write.queue_size': '1' }`. A change takes effect at the next start. */
  readonly settings?: Readonly<Record<string, string>>
  /** Turns security on. The first may ask for the cluster's health: `superuser` may do all. A change takes effect at the next start. */
  readonly users?: readonly ElasticsearchUser[]
  /** Speaks https. Needs users, for without security there is no TLS. */
  readonly tls?: ElasticsearchTls
}

/** Files in PEM. The certificate must be good for clients too: the server's health is asked with it. */
export interface ElasticsearchTls {
  /** Signs the server's certificate, and those that it takes from clients. */
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

export interface ElasticsearchServer extends Service {
  /** `http://127.0.0.1:PORT`, or `https://...`. */
  readonly url: string
  readonly version: string
}

/**
 * Starts one node of Elastic's own release build, or finds it running. The build on Maven Central has few modules: no
 * scripts, no `GET /` (405), no `/_data_stream` API; the version stands in `GET /_nodes/_local`.
 */
export async function startElasticsearch(options: ElasticsearchOptions): Promise<ElasticsearchServer> {
  const elasticsearch = await openElasticsearch({ ...options, dir: resolve(options.dir) })
  await elasticsearch.start(options)
  return elasticsearch
}

/**
 * Why Elasticsearch 9 can't run here, for a test to skip with; undefined where it can. With CI=true nothing is skipped.
 */
export function elasticsearch9Unavailable(): string | undefined {
  if (process.env['CI'] === 'true') return undefined
  try {
    findJdk(needOf(versions.elasticsearch9))
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

async function openElasticsearch(options: ElasticsearchOptions): Promise<ElasticsearchServer> {
  const { dir, signal, settings = {}, users = [], tls } = options
  const scheme = tls === undefined ? 'http' : 'https'
  const {
    version,
    ports,
    address: url,
  } = await serviceState(dir, async () => {
    const found = await freePorts(2)
    const wanted = options.version ?? versions.elasticsearch8
    return {
      kind: 'elasticsearch',
      version: wanted,
      ports: found,
      address: `${scheme}://127.0.0.1:${found[0]}`,
    }
  })
  refuseOther(dir, 'Elasticsearch', { held: version, wanted: options.version })
  const [port, transportPort] = ports as readonly [number, number]
  const layout: ElasticsearchLayout = {
    port,
    transportPort,
    settings: {
      'xpack.security.enabled': String(users.length > 0),
      ...(tls === undefined ? {} : tlsSettings),
      ...settings,
    },
    users,
    dataDir: join(dir, 'data'),
    logsDir: join(dir, 'logs'),
    tmpDir: join(dir, 'tmp'),
  }
  const jdk = findJdk(needOf(version))
  const home = await distribution(version, signal)
  const pidFile = join(dir, 'data', 'elasticsearch.pid')
  // its launcher starts the server, and leaves once that runs; without -d it would stay, as a second JVM
  const launcher = {
    command: join(home, 'bin', 'elasticsearch'),
    args: ['-d', '-p', pidFile],
    env: {
      PATH: process.env['PATH'],
      ES_JAVA_HOME: jdk.home,
      ES_PATH_CONF: join(dir, 'conf'),
      ES_TMPDIR: layout.tmpDir,
      CLI_JAVA_OPTS: '-Xmx64m -XX:TieredStopAtLevel=1',
    },
  }
  // the folders must be there before it is asked who may enter them
  await configure(dir, { home, layout, tls })
  const trust = tls && (await trustOf(tls))
  const node = daemon({
    name: 'elasticsearch',
    dir,
    ...unprivileged(launcher, [home, jdk.home, dir]),
    mark: dir,
    pidFile,
    ready: (within) => isHealthy(withLogin(url, users[0]), { signal: within, tls: trust }),
  })
  return {
    dir,
    url,
    version,
    ...together([node]),
  }
}

function needOf(version: string): JdkNeed {
  const server = `Elasticsearch ${version}`
  return version.startsWith('8.')
    ? { server, atLeast: 17 }
    : { server, atLeast: 21, modules: ['jdk.jlink', 'jdk.jdi'] }
}

async function distribution(version: string, signal: AbortSignal | undefined): Promise<string> {
  const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}` as const
  const folder = await mavenZip(`elasticsearch-${version}`, artifact, signal)
  return join(folder, `elasticsearch-${version}`)
}

async function configure(
  dir: string,
  how: {
    readonly home: string
    readonly layout: ElasticsearchLayout
    readonly tls: ElasticsearchTls | undefined
  },
): Promise<void> {
  const { home, layout, tls } = how
  const conf = join(dir, 'conf')
  const owned = [conf, layout.dataDir, layout.logsDir, layout.tmpDir]
  await cp(join(home, 'config'), conf, { recursive: true })
  await Promise.all(owned.map((folder) => mkdir(folder, { recursive: true })))
  await writeFile(join(conf, 'elasticsearch.yml'), elasticsearchYaml(layout))
  await writeFile(join(conf, 'jvm.options'), jvmOptions(layout))
  await writeFile(join(conf, 'users'), usersFile(layout.users))
  await writeFile(join(conf, 'users_roles'), rolesFile(layout.users))
  for (const [name, from] of Object.entries(tls ?? {})) await cp(from, join(conf, tlsFile(name)))
  await Promise.all(owned.map(giveAway))
}

function tlsFile(name: string): string {
  return `http-${name}.pem`
}

const tlsSettings = {
  'xpack.security.http.ssl.enabled': 'true',
  'xpack.security.http.ssl.certificate_authorities': tlsFile('authority'),
  'xpack.security.http.ssl.certificate': tlsFile('certificate'),
  'xpack.security.http.ssl.key': tlsFile('key'),
}

async function trustOf({ authority, certificate, key }: ElasticsearchTls): Promise<SecureContextOptions> {
  const [ca, cert, own] = await Promise.all([readFile(authority), readFile(certificate), readFile(key)])
  return { ca, cert, key: own }
}

function withLogin(url: string, user: ElasticsearchUser | undefined): string {
  return user
    ? url.replace('//', `//${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@`)
    : url
}

async function isHealthy(
  url: string,
  { signal, tls }: { readonly signal: AbortSignal; readonly tls: SecureContextOptions | undefined },
): Promise<void> {
  const body = await askOk(`${url}/_cluster/health?wait_for_status=yellow&timeout=3s`, signal, tls)
  const { status } = JSON.parse(body) as { readonly status: string }
  if (status !== 'green' && status !== 'yellow') throw new Error(`the cluster's health is ${status}`)
}
