import { createRequire } from 'node:module'
import { createLogger, exitCodes, installedPlugins, type LogLevel, runStandalone } from '@sluice/runtime'

/** The plug-ins that come with the command. Another package's are found in node_modules beside the working directory, or by plugin.path. */
const ownPlugins = [
  '@sluice/source-postgres',
  '@sluice/sink-elasticsearch',
  '@sluice/sink-hdfs',
  '@sluice/connect-file',
  '@sluice/converter-schema-registry',
] as const

/** Modules of all plug-ins that a worker started here finds. */
export async function pluginModules(): Promise<string[]> {
  const require = createRequire(import.meta.url)
  const own = ownPlugins.map((name) => require.resolve(name))
  const others = (await installedPlugins(process.cwd())).filter(
    (name) => !(ownPlugins as readonly string[]).includes(name),
  )
  return [...own, ...others]
}

/** Runs a worker until it is told to stop. Returns the exit code. */
export async function standalone({
  logLevel,
  ...files
}: {
  readonly workerFile: string
  readonly connectorFiles: readonly string[]
  readonly logLevel: LogLevel
}): Promise<number> {
  const log = createLogger({ level: logLevel })
  try {
    // asked for on the command line: more than what the file says
    const overrides = new Map(logLevel === 'info' ? [] : [['log.level', logLevel]])
    return await runStandalone({ ...files, plugins: await pluginModules(), log, overrides })
  } catch (error) {
    process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`)
    return isOfTheSystem(error) ? exitCodes.failed : exitCodes.configuration
  }
}

/** A port in use or a file that can't be read: the same settings may work another time. */
function isOfTheSystem(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'syscall' in cause
}
