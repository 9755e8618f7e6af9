import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { askOk } from './http.ts'
import { findJdk, type JdkNeed, javaOf } from './java.ts'
import { mavenArchive } from './maven.ts'
import { freePorts } from './ports.ts'
import { type Service, type ServiceOptions, serviceState } from './service.ts'
import { versions } from './versions.ts'
import { messageOf } from './waiting.ts'

export type SchemaRegistryOptions = ServiceOptions

export interface SchemaRegistryServer extends Service {
  /** What `schema.registry.url` takes: the API that clients of Confluent's registry speak. */
  readonly url: string
}

const need: JdkNeed = { server: `Apicurio Registry ${versions.apicurio}`, atLeast: 21 }

/**
 * Starts Apicurio Registry, or finds it running: a schema registry for Avro, JSON Schema and Protobuf that enforces compatibility and answers
 * clients of Confluent's. Its level is NONE until `PUT /config` says otherwise; Confluent's own begins with BACKWARD.
 */
export async function startSchemaRegistry(options: SchemaRegistryOptions): Promise<SchemaRegistryServer> {
  const registry = await openSchemaRegistry({ ...options, dir: resolve(options.dir) })
  await registry.start(options)
  return registry
}

/** Why the registry can't run here, for a test to skip with; undefined where it can. With CI=true nothing is skipped. */
export function schemaRegistryUnavailable(): string | undefined {
  if (process.env['CI'] === 'true') return undefined
  try {
    findJdk(need)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

async function openSchemaRegistry({ dir, signal }: SchemaRegistryOptions): Promise<SchemaRegistryServer> {
  const { ports, address: url } = await serviceState(dir, async () => {
    const found = await freePorts(2)
    const address = `http://127.0.0.1:${found[0]}/apis/ccompat/v7`
    return { kind: 'schema-registry', version: versions.apicurio, ports: found, address }
  })
  const jdk = findJdk(need)
  const artifact = `io.apicurio:apicurio-registry-app:${versions.apicurio}:tar.gz:all` as const
  const home = await mavenArchive(`apicurio-${versions.apicurio}`, artifact, signal)
  await mkdir(join(dir, 'data'), { recursive: true })
  const server = daemon({
    name: 'schema-registry',
    dir,
    command: javaOf(jdk),
    args: [...javaOptions(dir, ports), '-jar', join(home, 'quarkus-run.jar')],
    mark: databaseUrl(dir),
    ready: async (within) => void (await askOk(`${url}/subjects`, within)),
  })
  return { dir, url, ...together([server]) }
}

function javaOptions(dir: string, [port, managementPort]: readonly number[]): readonly string[] {
  const properties = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': managementPort,
    'quarkus.log.level': 'WARN',
    'quarkus.http.access-log.enabled': false,
    'apicurio.datasource.url': databaseUrl(dir),
  }
  return ['-Xmx256m', ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)]
}

/** Written at once: what was acknowledged outlives a kill. */
function databaseUrl(dir: string): string {
  return `jdbc:h2:file:${join(dir, 'data', 'registry')};WRITE_DELAY=0`
}
