import { rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from './command.ts'
import { type Daemon, killDaemonsIn, type StartOptions } from './daemon.ts'
import { together } from './daemons.ts'
import {
  configureHadoop,
  dataNodeClass,
  type Hadoop,
  haAdminClass,
  hadoop,
  hadoopDaemon,
  nameNodeClass,
} from './hadoop.ts'
import type { HdfsOptions } from './hdfs.ts'
import { hdfsSite, type NameNodeAddress, nameNodePair, nameservice } from './hdfs-config.ts'
import { dataNodeAnswers, haState, servesFiles } from './hdfs-probe.ts'
import { freePorts } from './ports.ts'
import { type Service, serviceState, writeServiceState } from './service.ts'
import { versions } from './versions.ts'
import { eventually } from './waiting.ts'

export interface HdfsPair extends Service {
  /** Of nn1 and nn2; WebHDFS is at `/webhdfs/v1` of the active one, the other answers 403 StandbyException. */
  readonly urls: readonly [string, string]
  /** The superuser, for `user.name`. */
  readonly user: string
  /** `hdfs://` and the name of the pair, by which clients call it that read `confDir`. */
  readonly nameserviceUrl: string
  /** The folder of core-site.xml and hdfs-site.xml. */
  readonly confDir: string
  readonly nameNodes: readonly [NameNode, NameNode]
  readonly dataNode: Daemon
  /** The NameNode that serves. Rejects where there is none. */
  active(): Promise<NameNode>
  /** Makes the other NameNode the active one, also where the active one is dead, and waits until it serves files. */
  failover(): Promise<void>
}

/** One of the pair. Started again after its death it is the standby. */
export interface NameNode extends Daemon {
  readonly id: string
  readonly url: string
}

/** Starts two NameNodes, one of them active, and a DataNode, or finds them running. */
export async function startHdfsPair(options: HdfsOptions): Promise<HdfsPair> {
  const pair = await openPair({ ...options, dir: resolve(options.dir) })
  await pair.start(options)
  return pair
}

async function openPair({ dir, signal, settings = {} }: HdfsOptions): Promise<HdfsPair> {
  const state = await serviceState(dir, newPair)
  const [rpc1, http1, rpc2, http2, transfer, http, ipc] = state.ports as Ports
  const addresses = [
    { id: 'nn1', rpcPort: rpc1, httpPort: http1 },
    { id: 'nn2', rpcPort: rpc2, httpPort: http2 },
  ] as const
  const java = await hadoop(dir, signal)
  const user = userInfo().username
  const nameserviceUrl = `hdfs://${nameservice}`
  const confDir = await configureHadoop(dir, {
    defaultFs: nameserviceUrl,
    user,
    hdfs: {
      ...hdfsSite({ dir, dataNode: { transfer, http, ipc } }),
      ...nameNodePair(dir, addresses),
      ...settings,
    },
  })
  const nameNodes = [nameNode(addresses[0], { dir, java }), nameNode(addresses[1], { dir, java })] as const
  if (!state.prepared) {
    await prepare(dir, { java, nameNodes, signal })
    await writeServiceState(dir, { ...state, prepared: true })
  }
  const dataNode = hadoopDaemon({
    name: 'datanode',
    dir,
    command: java(dataNodeClass),
    ready: (within) => dataNodeAnswers(`http://127.0.0.1:${http}`, within),
  })
  const urls = [nameNodes[0].url, nameNodes[1].url] as const
  return { urls, user, nameserviceUrl, confDir, dir, ...pairOf(dir, { java, nameNodes, dataNode }) }
}

interface Parts {
  readonly java: Hadoop
  readonly nameNodes: HdfsPair['nameNodes']
  readonly dataNode: Daemon
}

function pairOf(dir: string, { java, nameNodes, dataNode }: Parts) {
  const processes = together([...nameNodes, dataNode])
  const active = () => activeOf(nameNodes)
  const admin = (...args: readonly string[]) =>
    run({
      ...java(haAdminClass, ...args),
      task: `tell HDFS ${args.join(' ')}`,
      logFile: join(dir, 'haadmin.log'),
    })
  const serves = ({ signal }: StartOptions = {}) =>
    eventually(async (within) => await servesFiles((await active()).url, within), {
      everyMs: 150,
      deadlineMs: 60_000,
      signal,
    })
  return {
    nameNodes,
    dataNode,
    active,
    ...processes,
    async start(options?: StartOptions) {
      await processes.start(options)
      if (!(await active().catch(() => undefined))) await admin('-transitionToActive', nameNodes[0].id)
      await serves(options)
    },
    async failover() {
      const [first, second] = await Promise.all(nameNodes.map(stateOf))
      // where none is active, that one takes over which stands by
      const [from, to] = second === 'active' || first === 'standby' ? ['nn2', 'nn1'] : ['nn1', 'nn2']
      await admin('-failover', from, to)
      await serves()
    },
  }
}

type Ports = readonly [number, number, number, number, number, number, number]

async function newPair() {
  const ports = await freePorts(7)
  const address = `http://127.0.0.1:${ports[1]},http://127.0.0.1:${ports[3]}`
  return { kind: 'hdfs', version: versions.hadoop, ports, address } as const
}

function nameNode(
  { id, httpPort }: NameNodeAddress,
  { dir, java }: { readonly dir: string; readonly java: Hadoop },
): NameNode {
  const url = `http://127.0.0.1:${httpPort}`
  const process = hadoopDaemon({
    name: id,
    dir,
    command: java(nameNodeClass, ...as(id)),
    ready: async (within) => void (await haState(url, within)),
  })
  return { ...process, id, url }
}

/** Both have the same address, by which a NameNode otherwise finds out which of the two it is. */
function as(id: string): readonly string[] {
  return ['-D', `dfs.ha.namenode.id=${id}`]
}

/** Formats the first and copies its namespace to the second, which has to ask the first for it. */
async function prepare(
  dir: string,
  { java, nameNodes, signal }: Omit<Parts, 'dataNode'> & { readonly signal: AbortSignal | undefined },
): Promise<void> {
  const [first, second] = nameNodes
  await killDaemonsIn(dir)
  await rm(join(dir, 'data'), { recursive: true, force: true })
  const step = (id: string, ...args: readonly string[]) =>
    run({
      ...java(nameNodeClass, ...as(id), ...args, '-nonInteractive'),
      task: `prepare the NameNode ${id} in ${dir}`,
      logFile: join(dir, 'format.log'),
      signal,
    })
  await step(first.id, '-format')
  await first.start({ signal })
  await step(second.id, '-bootstrapStandby', '-force')
}

async function activeOf(nameNodes: HdfsPair['nameNodes']): Promise<NameNode> {
  const states = await Promise.all(nameNodes.map(stateOf))
  const active = nameNodes[states.indexOf('active')]
  if (!active) throw new Error(`no NameNode is active: nn1 is ${states[0]}, nn2 is ${states[1]}`)
  return active
}

async function stateOf({ url }: NameNode): Promise<string> {
  return await haState(url, AbortSignal.timeout(3_000)).catch(() => 'down')
}
