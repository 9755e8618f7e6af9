import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from './command.ts'
import { type Daemon, daemon } from './daemon.ts'
import { coreSite, hadoopXml, type Settings } from './hdfs-config.ts'
import { findJdk, javaOf } from './java.ts'
import { mavenJars } from './maven.ts'
import { renderProperties } from './properties.ts'
import { versions } from './versions.ts'

export const nameNodeClass = 'org.apache.hadoop.hdfs.server.namenode.NameNode'
export const dataNodeClass = 'org.apache.hadoop.hdfs.server.datanode.DataNode'
export const haAdminClass = 'org.apache.hadoop.hdfs.tools.DFSHAAdmin'

/** A command line of Hadoop's, with the configuration in `dir`/conf. */
export type Hadoop = (...args: readonly string[]) => Command

export function hadoop(dir: string, signal: AbortSignal | undefined): Promise<Hadoop> {
  const { hadoop: version } = versions
  return hadoopOf({ dir, version, modules: ['hadoop-common', 'hadoop-hdfs', 'hadoop-hdfs-client'], signal })
}

/** The same of other modules and another version. */
export async function hadoopOf({
  dir,
  version,
  modules,
  signal,
}: {
  readonly dir: string
  readonly version: string
  readonly modules: readonly string[]
  readonly signal: AbortSignal | undefined
}): Promise<Hadoop> {
  // Java 24 has taken away the security manager, which Hadoop 3.4 asks who the user is
  const jdk = findJdk({ server: `HDFS ${version}`, atLeast: 17, atMost: 23 })
  const jars = await mavenJars(
    `hadoop-${version}`,
    modules.map((id) => `org.apache.hadoop:${id}:${version}` as const),
    signal,
  )
  const classPath = [join(dir, 'conf'), join(jars, '*')].join(':')
  const options = [
    // without it every WebHDFS call is HTTP 500, though the servers look healthy (Jersey 1 on Java 17)
    '--add-opens=java.base/java.lang=ALL-UNNAMED',
    '-XX:+UseSerialGC',
    '-Xmx256m',
    '-Djava.net.preferIPv4Stack=true',
    `-Dhadoop.log.dir=${dir}`,
  ]
  return (...args) => ({ command: javaOf(jdk), args: [...options, '-cp', classPath, ...args] })
}

/** Writes the configuration of all processes in `dir` and returns its folder. */
export async function configureHadoop(
  dir: string,
  { defaultFs, user, hdfs }: { readonly defaultFs: string; readonly user: string; readonly hdfs: Settings },
): Promise<string> {
  const conf = join(dir, 'conf')
  await mkdir(conf, { recursive: true })
  await writeFile(join(conf, 'core-site.xml'), hadoopXml(coreSite({ defaultFs, dir, user })))
  await writeFile(join(conf, 'hdfs-site.xml'), hadoopXml(hdfs))
  await writeFile(
    join(conf, 'log4j.properties'),
    renderProperties({
      'log4j.rootLogger': 'INFO,console',
      'log4j.appender.console': 'org.apache.log4j.ConsoleAppender',
      'log4j.appender.console.target': 'System.err',
      'log4j.appender.console.layout': 'org.apache.log4j.PatternLayout',
      'log4j.appender.console.layout.ConversionPattern': '%d{ISO8601} %p %c{2}: %m%n',
    }),
  )
  // the jars lack the folder of web pages without which neither server starts; REST needs nothing of it
  for (const server of ['hdfs', 'datanode']) {
    const folder = join(conf, 'webapps', server, 'WEB-INF')
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, 'web.xml'),
      '<web-app xmlns="http://java.sun.com/xml/ns/javaee" version="2.5"/>\n',
    )
  }
  return conf
}

/** One server of Hadoop's, as a process that bears its name: several share a configuration. */
export function hadoopDaemon({
  name,
  dir,
  command,
  ready,
}: {
  readonly name: string
  readonly dir: string
  readonly command: Command
  readonly ready: (signal: AbortSignal) => Promise<void>
}): Daemon {
  const mark = `-Dsluice.daemon=${join(dir, name)}`
  return daemon({ ...command, args: [mark, ...command.args], name, dir, mark, ready })
}
