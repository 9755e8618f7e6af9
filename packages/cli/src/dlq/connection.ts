import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseProperties, resolveSettings, type Settings } from '@sluice/runtime'
import type { Logger } from '@sluice/template'

export interface ConnectionFlags {
  readonly worker?: string
  readonly bootstrapServers?: string
  readonly set?: readonly string[]
}

const usualFile = 'worker.properties'

/**
 * Settings that say how to reach Kafka: a worker's or a client's file, then what is given on the command line. Throws an Error that says what
 * to give where nothing names a broker.
 */
export async function connectionSettings({
  worker,
  bootstrapServers,
  set = [],
}: ConnectionFlags): Promise<Settings> {
  const file = worker ?? (bootstrapServers === undefined && existsSync(usualFile) ? usualFile : undefined)
  const settings = new Map(file === undefined ? [] : await resolved(await readSettings(file)))
  for (const one of set) {
    const at = one.indexOf('=')
    if (at < 1) throw new Error(`--set takes name=value, such as security.protocol=SASL_SSL, not "${one}".`)
    settings.set(one.slice(0, at).trim(), one.slice(at + 1).trim())
  }
  if (bootstrapServers !== undefined) settings.set('bootstrap.servers', bootstrapServers)
  if ((settings.get('bootstrap.servers') ?? '').trim() !== '') return settings
  throw new Error(
    file === undefined
      ? 'which Kafka? Give the settings of a worker (--worker worker.properties) or an address (--bootstrap-servers 127.0.0.1:9092).'
      : `${file} names no bootstrap.servers; give them by --bootstrap-servers.`,
  )
}

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${file} can't be read: ${reason}`, { cause })
  }
}

/** References of the file to config providers are looked up as a worker would. */
async function resolved(settings: Settings): Promise<Settings> {
  if (!settings.has('config.providers')) return settings
  const { pluginModules } = await import('../standalone.ts')
  return resolveSettings(settings, { plugins: await pluginModules(), base: process.cwd() })
}

async function readSettings(file: string): Promise<Settings> {
  return parseProperties(await readText(file), file)
}

/** Warnings and errors of clients, apart from what is printed. */
export const stderrLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (_fields: object, message: string) => complain(message),
  error: (_fields: object, message: string) => complain(message),
  child: () => stderrLogger,
}

function complain(message: string): void {
  process.stderr.write(`sluice: ${message}\n`)
}
