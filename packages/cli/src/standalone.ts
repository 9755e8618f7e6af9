import { createRequire } from 'node:module'
import type { Logger } from '@sluice/template'
import {
  createLogger,
  exitCodes,
  installedPlugins,
  type LogLevel,
  runDistributed,
  runStandalone,
  type Settings,
} from '@sluice/runtime'

/** The plug-ins that come with the command. Another package's are found in node_modules beside the working directory, or by plugin.path. */
const ownPlugins = [
  '@sluice/source-postgres',
  '@sluice/source-metrics',
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
  return run(async (how) => runStandalone({ ...files, plugins: await pluginModules(), ...how }), logLevel)
}

/** Runs a worker of a cluster until it is told to stop. Returns the exit code. */
export async function distributed({
  logLevel,
  workerFile,
}: {
  readonly workerFile: string
  readonly logLevel: LogLevel
}): Promise<number> {
  return run(async (how) => runDistributed({ workerFile, plugins: await pluginModules(), ...how }), logLevel)
}

async function run(
  worker: (how: { readonly log: Logger; readonly overrides: Settings }) => Promise<number>,
  level: LogLevel,
): Promise<number> {
  try {
    // asked for on the command line: more than what the file says
    const overrides = new Map(level === 'info' ? [] : [['log.level', level]])
    return await worker({ log: createLogger({ level }), overrides })
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
