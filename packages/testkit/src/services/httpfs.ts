import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { together } from './daemons.ts'
import { hadoopDaemon, hadoopOf } from './hadoop.ts'
import type { HdfsServer } from './hdfs.ts'
import { hadoopXml } from './hdfs-config.ts'
import { askOk } from './http.ts'
import { freePorts } from './ports.ts'
import { renderProperties } from './properties.ts'
import { type Service, type ServiceOptions, serviceState } from './service.ts'
import { versions } from './versions.ts'

export interface HttpFsOptions extends ServiceOptions {
  /** Whose files it serves. */
  readonly hdfs: Pick<HdfsServer, 'confDir' | 'user'>
}

export interface HttpFsServer extends Service {
  /** `http://127.0.0.1:PORT`; WebHDFS is at `/webhdfs/v1` of it. */
  readonly url: string
}

/** Starts a gateway to HDFS, or finds it running: all data passes through it, and no client sees a DataNode. */
export async function startHttpFs(options: HttpFsOptions): Promise<HttpFsServer> {
  const gateway = await openHttpFs({ ...options, dir: resolve(options.dir) })
  await gateway.start(options)
  return gateway
}

async function openHttpFs({ dir, hdfs, signal }: HttpFsOptions): Promise<HttpFsServer> {
  const version = versions.httpFs
  const { address: url } = await serviceState(dir, async () => {
    const ports = await freePorts(1)
    return { kind: 'httpfs', version, ports, address: `http://127.0.0.1:${ports[0]}` }
  })
  const modules = ['hadoop-hdfs-httpfs', 'hadoop-common', 'hadoop-hdfs', 'hadoop-hdfs-client']
  const java = await hadoopOf({ dir, version, modules, signal })
  await configure(dir, { url: new URL(url), confDir: hdfs.confDir })
  const server = hadoopDaemon({
    name: 'httpfs',
    dir,
    command: java(...folders(dir), 'org.apache.hadoop.fs.http.server.HttpFSServerWebServer'),
    ready: async (within) =>
      void (await askOk(`${url}/webhdfs/v1/?op=GETFILESTATUS&user.name=${hdfs.user}`, within)),
  })
  return { dir, url, ...together([server]) }
}

function folders(dir: string): readonly string[] {
  return [
    `-Dhttpfs.home.dir=${dir}`,
    `-Dhttpfs.config.dir=${join(dir, 'conf')}`,
    `-Dhttpfs.log.dir=${join(dir, 'log')}`,
    `-Dhttpfs.temp.dir=${join(dir, 'temp')}`,
  ]
}

async function configure(
  dir: string,
  { url, confDir }: { readonly url: URL; readonly confDir: string },
): Promise<void> {
  const conf = join(dir, 'conf')
  for (const folder of [conf, join(dir, 'log'), join(dir, 'temp')]) await mkdir(folder, { recursive: true })
  await writeFile(
    join(conf, 'httpfs-site.xml'),
    hadoopXml({
      'httpfs.http.hostname': url.hostname,
      'httpfs.http.port': url.port,
      'httpfs.hadoop.config.dir': confDir,
    }),
  )
  const log = renderProperties({
    'log4j.rootLogger': 'INFO,console',
    'log4j.appender.console': 'org.apache.log4j.ConsoleAppender',
    'log4j.appender.console.target': 'System.err',
    'log4j.appender.console.layout': 'org.apache.log4j.PatternLayout',
    'log4j.appender.console.layout.ConversionPattern': '%d{ISO8601} %p %c{2}: %m%n',
  })
  for (const name of ['httpfs-log4j.properties', 'log4j.properties']) await writeFile(join(conf, name), log)
}
