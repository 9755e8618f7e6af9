import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Command, run } from './command.ts'
import { type Daemon, daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { findJdk, javaOf } from './java.ts'
import { brokerSettings, type KafkaClusterLayout, type KafkaListener } from './kafka-config.ts'
import { clusterView } from './kafka-probe.ts'
import { mavenJars } from './maven.ts'
import { freePorts } from './ports.ts'
import { renderProperties } from './properties.ts'
import { refuseOther, type Service, type ServiceOptions, serviceState, writeServiceState } from './service.ts'
import { type KafkaVersion, versions } from './versions.ts'
import { eventually } from './waiting.ts'

export interface KafkaOptions extends ServiceOptions {
  /** 3 brokers replicate everything three times and need two in sync. Default 1. */
  readonly brokers?: 1 | 3
  readonly version?: KafkaVersion
  /** Of every broker, by the names of server.properties. A change takes effect at the next start. */
  readonly settings?: Readonly<Record<string, string>>
  /** More ways into the broker beside the one without login and TLS; of a cluster of one. */
  readonly listeners?: readonly KafkaListener[]
  /** Jars, or folders of classes, of what settings name. */
  readonly classPath?: readonly string[]
  /** Of `kafka-storage format`, such as `--add-scram`. */
  readonly formatArgs?: readonly string[]
}

export interface KafkaServer extends Service {
  /** `host:port` of every broker, separated by commas. */
  readonly bootstrapServers: string
  readonly brokers: readonly KafkaBroker[]
}

/** One process of the cluster, broker and controller at once. `start` waits until the broker is back in its cluster. */
export interface KafkaBroker extends Daemon {
  readonly nodeId: number
  readonly port: number
}

/**
 * Starts Kafka in KRaft mode, or finds it running. Topics are not created by themselves, as on managed clusters.
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const kafka = await openKafka({ ...options, dir: resolve(options.dir) })
  await kafka.start(options)
  return kafka
}

async function openKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { dir, signal, settings = {}, listeners, formatArgs = [] } = options
  const state = await serviceState(dir, () => newCluster(options))
  refuseOther(dir, 'Kafka', { held: state.version, wanted: options.version })
  refuseOther(dir, 'a number of brokers of', { held: state.ports.length / 2, wanted: options.brokers })
  const layout: KafkaClusterLayout = { nodes: nodesOf(dir, state.ports), settings, listeners }
  const java = await kafkaJava({ ...options, version: state.version as KafkaVersion })
  await configure(dir, layout)
  if (!state.prepared) {
    await format(dir, layout, { java, signal, formatArgs })
    await writeServiceState(dir, { ...state, prepared: true })
  }
  const brokers = layout.nodes.map((node, index) => broker({ dir, java, nodeId: index + 1, port: node.port }))
  const processes = together(brokers)
  return {
    dir,
    brokers,
    bootstrapServers: state.address,
    ...processes,
    async start(within) {
      await processes.start(within)
      await eventually((attempt) => isWhole(brokers, attempt), {
        everyMs: 150,
        deadlineMs: 60_000,
        ...within,
      })
    },
  }
}

async function newCluster({ dir, version = versions.kafka, brokers = 1 }: KafkaOptions) {
  const ports = await freePorts(brokers * 2)
  const address = nodesOf(dir, ports)
    .map(({ port }) => `127.0.0.1:${port}`)
    .join(',')
  return { kind: 'kafka', version, ports, address } as const
}

function nodesOf(dir: string, ports: readonly number[]): KafkaClusterLayout['nodes'] {
  return Array.from({ length: ports.length / 2 }, (_, index) => ({
    port: ports[index * 2] as number,
    controllerPort: ports[index * 2 + 1] as number,
    dataDir: join(dir, `data-${index + 1}`),
  }))
}

function broker({
  dir,
  java,
  nodeId,
  port,
}: {
  readonly dir: string
  readonly java: Java
  readonly nodeId: number
  readonly port: number
}): KafkaBroker {
  const config = configFile(dir, nodeId)
  const ready = async (signal: AbortSignal) => {
    const { brokers } = await clusterView(port, signal)
    if (!brokers.includes(nodeId)) throw new Error(`broker ${nodeId} has not joined its cluster`)
  }
  const process = daemon({
    name: `broker-${nodeId}`,
    dir,
    ...java('-Xms128m', '-Xmx320m', 'kafka.Kafka', config),
    mark: config,
    ready,
  })
  return { ...process, nodeId, port }
}

/** A cluster that was killed elects its leaders once its brokers are back: only then it takes and gives records. */
async function isWhole(cluster: readonly KafkaBroker[], signal: AbortSignal): Promise<void> {
  for (const { name, port } of cluster) {
    const { brokers, leaderless } = await clusterView(port, signal)
    if (brokers.length < cluster.length) throw new Error(`${name} sees only ${brokers.length} brokers`)
    if (leaderless.length > 0) throw new Error(`${name} sees no leader for ${leaderless.join(', ')}`)
  }
}

async function configure(dir: string, layout: KafkaClusterLayout): Promise<void> {
  await mkdir(join(dir, 'conf'), { recursive: true })
  // the brokers' whole configuration would be printed at INFO, several times
  await writeFile(
    join(dir, 'conf', 'simplelogger.properties'),
    renderProperties({
      'org.slf4j.simpleLogger.defaultLogLevel': 'warn',
      'org.slf4j.simpleLogger.showDateTime': true,
      'org.slf4j.simpleLogger.dateTimeFormat': 'HH:mm:ss.SSS',
    }),
  )
  await Promise.all(
    layout.nodes.map((_, index) =>
      writeFile(configFile(dir, index + 1), renderProperties(brokerSettings(layout, index))),
    ),
  )
}

async function format(
  dir: string,
  layout: KafkaClusterLayout,
  how: {
    readonly java: Java
    readonly signal: AbortSignal | undefined
    readonly formatArgs: readonly string[]
  },
): Promise<void> {
  const { java, signal, formatArgs } = how
  // Kafka's own ids are 16 bytes in URL-safe base64; a leading dash would be read as an option
  const clusterId = `S${randomBytes(16).toString('base64url').slice(1)}`
  for (const [index, { dataDir }] of layout.nodes.entries()) {
    await rm(dataDir, { recursive: true, force: true })
    const args = ['format', '-t', clusterId, '-c', configFile(dir, index + 1), ...formatArgs]
    await run({
      ...java('-Xmx128m', '-XX:TieredStopAtLevel=1', 'kafka.tools.StorageTool', ...args),
      task: `format the storage of Kafka in ${dataDir}`,
      logFile: join(dir, 'format.log'),
      signal,
    })
  }
}

type Java = (...args: readonly string[]) => Command

async function kafkaJava({
  dir,
  version,
  classPath = [],
  signal,
}: KafkaOptions & { readonly version: KafkaVersion }): Promise<Java> {
  // 3.x calls what Java 24 has taken away
  const atMost = version.startsWith('3.') ? 23 : undefined
  const jdk = findJdk({ server: `Kafka ${version}`, atLeast: 17, atMost })
  const jars = await kafkaJars(version, signal)
  const path = [join(dir, 'conf'), ...classPath, join(jars, '*')].join(':')
  return (...args) => ({
    command: javaOf(jdk),
    args: ['-XX:+UseSerialGC', '-cp', path, ...args],
  })
}

/** A folder with Kafka's jars and all that they need. */
export function kafkaJars(version: KafkaVersion, signal?: AbortSignal): Promise<string> {
  const artifacts = [
    `org.apache.kafka:kafka_2.13:${version}`,
    `org.slf4j:slf4j-simple:${versions.slf4j}`,
  ] as const
  return mavenJars(`kafka-${version}`, artifacts, signal)
}

function configFile(dir: string, nodeId: number): string {
  return join(dir, 'conf', `broker-${nodeId}.properties`)
}
