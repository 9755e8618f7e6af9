import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { askOk } from './http.ts'
import { findJdk, javaOf } from './java.ts'
import { type ConnectMode, log4jConfiguration, workerSettings } from './kafka-connect-config.ts'
import { mavenJars } from './maven.ts'
import { freePorts } from './ports.ts'
import { renderProperties } from './properties.ts'
import { type Service, type ServiceOptions, serviceState } from './service.ts'
import { versions } from './versions.ts'

export interface KafkaConnectOptions extends ServiceOptions {
  readonly bootstrapServers: string
  /** Default distributed. */
  readonly mode?: ConnectMode
  /** Of worker.properties. A change takes effect at the next start. */
  readonly settings?: Readonly<Record<string, string>>
  /** Standalone only: connectors' settings, a file each. */
  readonly connectors?: readonly Readonly<Record<string, string>>[]
}

export interface KafkaConnectServer extends Service {
  /** `http://127.0.0.1:PORT` of its REST API. */
  readonly url: string
  /** What its worker.properties says: the names of its topics, the offset file. */
  readonly settings: Readonly<Record<string, string>>
  readonly logFile: string
}

/**
 * Starts a worker of Apache Kafka Connect, the original on the JVM, with its FileStream connectors, transforms and converters; or finds it running. Its
 * group is `connect-<its port>`, its topics are named after the group, and strings are converted as they are, unless settings say otherwise. A second
 * worker with the same `group.id` joins the first.
 */
export async function startKafkaConnect(options: KafkaConnectOptions): Promise<KafkaConnectServer> {
  const worker = await openKafkaConnect({ ...options, dir: resolve(options.dir) })
  await worker.start(options)
  return worker
}

async function openKafkaConnect(options: KafkaConnectOptions): Promise<KafkaConnectServer> {
  const { dir, signal, mode = 'distributed' } = options
  const { ports, address: url } = await serviceState(dir, async () => {
    const found = await freePorts(1)
    const address = `http://127.0.0.1:${found[0]}`
    return { kind: 'kafka-connect', version: versions.kafka, ports: found, address }
  })
  const settings = workerSettings({
    mode,
    port: ports[0] as number,
    bootstrapServers: options.bootstrapServers,
    offsetsFile: join(dir, 'offsets.dat'),
    settings: options.settings ?? {},
  })
  const config = join(dir, 'conf', 'worker.properties')
  const connectors = await configure(dir, { config, settings, connectors: options.connectors ?? [] })
  const main = `org.apache.kafka.connect.cli.Connect${mode === 'standalone' ? 'Standalone' : 'Distributed'}`
  const server = daemon({
    name: 'kafka-connect',
    dir,
    command: javaOf(findJdk({ server: `Kafka Connect ${versions.kafka}`, atLeast: 17 })),
    args: [...(await javaOptions(dir, signal)), main, config, ...connectors],
    mark: config,
    ready: async (within) => void (await askOk(`${url}/health`, within)),
  })
  const shown = Object.entries(settings).map(([name, value]) => [name, String(value)])
  return { dir, url, settings: Object.fromEntries(shown), logFile: server.logFile, ...together([server]) }
}

async function javaOptions(dir: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const jars = await mavenJars(
    `kafka-connect-${versions.kafka}`,
    [
      `org.apache.kafka:connect-runtime:${versions.kafka}`,
      `org.apache.kafka:connect-file:${versions.kafka}`,
      `org.apache.logging.log4j:log4j-core:${versions.log4j}`,
      `org.apache.logging.log4j:log4j-slf4j-impl:${versions.log4j}`,
    ],
    signal,
  )
  const classPath = [join(dir, 'conf'), join(jars, '*')].join(':')
  // the compiler that takes longer costs more of a short life than it gives
  return ['-Xms48m', '-Xmx224m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classPath]
}

/** Writes the configuration, and returns the connectors' files. */
async function configure(
  dir: string,
  {
    config,
    settings,
    connectors,
  }: {
    readonly config: string
    readonly settings: Readonly<Record<string, string | number>>
    readonly connectors: readonly Readonly<Record<string, string>>[]
  },
): Promise<readonly string[]> {
  await mkdir(join(dir, 'conf'), { recursive: true })
  await writeFile(join(dir, 'conf', 'log4j2.xml'), log4jConfiguration)
  await writeFile(config, renderProperties(settings))
  return Promise.all(
    connectors.map(async (connector, index) => {
      const file = join(dir, 'conf', `connector-${index + 1}.properties`)
      await writeFile(file, renderProperties(connector))
      return file
    }),
  )
}
