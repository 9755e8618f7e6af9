import { rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from './command.ts'
import type { Daemon } from './daemon.ts'
import { together } from './daemons.ts'
import { configureHadoop, dataNodeClass, type Hadoop, hadoop, hadoopDaemon, nameNodeClass } from './hadoop.ts'
import { hdfsSite, type Settings, singleNameNode } from './hdfs-config.ts'
import { dataNodeAnswers, servesFiles } from './hdfs-probe.ts'
import { askOk } from './http.ts'
import { freePorts } from './ports.ts'
import { type Service, type ServiceOptions, serviceState, writeServiceState } from './service.ts'
import { versions } from './versions.ts'

export interface HdfsOptions extends ServiceOptions {
  /** By the names of hdfs-site.xml. A change takes effect at the next start. */
  readonly settings?: Settings
}

export interface HdfsServer extends Service {
  /** `http://127.0.0.1:PORT`: the NameNode; WebHDFS is at `/webhdfs/v1` of it. */
  readonly url: string
  /** The superuser, for `user.name`. */
  readonly user: string
  /** `hdfs://127.0.0.1:PORT`, the RPC address. */
  readonly rpcUrl: string
  /** The folder of core-site.xml and hdfs-site.xml. */
  readonly confDir: string
  readonly nameNode: Daemon
  readonly dataNode: Daemon
}

/** Starts a NameNode and a DataNode, or finds them running. */
export async function startHdfs(options: HdfsOptions): Promise<HdfsServer> {
  const hdfs = await openHdfs({ ...options, dir: resolve(options.dir) })
  await hdfs.start(options)
  return hdfs
}

async function openHdfs({ dir, signal, settings = {} }: HdfsOptions): Promise<HdfsServer> {
  const state = await serviceState(dir, async () => {
    const ports = await freePorts(5)
    return { kind: 'hdfs', version: versions.hadoop, ports, address: `http://127.0.0.1:${ports[1]}` }
  })
  const url = state.address
  const [rpcPort, httpPort, transfer, http, ipc] = state.ports as readonly [
    number,
    number,
    number,
    number,
    number,
  ]
  const user = userInfo().username
  const rpcUrl = `hdfs://127.0.0.1:${rpcPort}`
  const java = await hadoop(dir, signal)
  const confDir = await configureHadoop(dir, {
    defaultFs: rpcUrl,
    user,
    hdfs: {
      ...hdfsSite({ dir, dataNode: { transfer, http, ipc } }),
      ...singleNameNode({ dir, rpcPort, httpPort }),
      ...settings,
    },
  })
  if (!state.prepared) {
    await format(dir, { java, signal })
    await writeServiceState(dir, { ...state, prepared: true })
  }
  // "answers" is all that a NameNode can do alone; the pair is ready once both together serve files
  const nameNode = hadoopDaemon({
    name: 'namenode',
    dir,
    command: java(nameNodeClass),
    ready: async (within) => void (await askOk(`${url}/webhdfs/v1/?op=GETFILESTATUS`, within)),
  })
  const dataNode = hadoopDaemon({
    name: 'datanode',
    dir,
    command: java(dataNodeClass),
    ready: async (within) => {
      await dataNodeAnswers(`http://127.0.0.1:${http}`, within)
      if (nameNode.pid() !== undefined) await servesFiles(url, within)
    },
  })
  return {
    dir,
    url,
    user,
    rpcUrl,
    confDir,
    nameNode,
    dataNode,
    ...together([nameNode, dataNode]),
  }
}

async function format(
  dir: string,
  { java, signal }: { readonly java: Hadoop; readonly signal: AbortSignal | undefined },
): Promise<void> {
  await rm(join(dir, 'data'), { recursive: true, force: true })
  await run({
    ...java(nameNodeClass, '-format', '-nonInteractive'),
    task: `format HDFS in ${dir}`,
    logFile: join(dir, 'format.log'),
    signal,
  })
}
