import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  parseProperties,
  reachKafka,
  type ReachedKafka,
  resolveSettings,
  type Settings,
} from '@sluice/runtime'
import type { Logger } from '@sluice/template'
import { UsageError } from '../connector/usage-error.ts'

export interface ConnectionFlags {
  readonly worker?: string | undefined
  readonly bootstrapServers?: string | undefined
  readonly set?: readonly string[]
}

const usualFile = 'worker.properties'

/**
 * How to reach Kafka: by a worker's or a client's file, then by what is given on the command line; a cluster of Amazon MSK is looked for. Rejects with a UsageError that says what
 * to give where nothing names a broker.
 */
export async function reachedKafka({
  worker,
  bootstrapServers,
  set = [],
}: ConnectionFlags): Promise<ReachedKafka> {
  const file = worker ?? (bootstrapServers === undefined && existsSync(usualFile) ? usualFile : undefined)
  const settings = new Map(file === undefined ? [] : await resolved(await readSettings(file)))
  for (const one of set) {
    const at = one.indexOf('=')
    if (at < 1)
      throw new UsageError(`--set takes name=value, such as security.protocol=SASL_SSL, not "${one}".`)
    settings.set(one.slice(0, at).trim(), one.slice(at + 1).trim())
  }
  if (bootstrapServers !== undefined) settings.set('bootstrap.servers', bootstrapServers)
  const reached = await reachKafka(settings, { base: process.cwd(), log: stderrLogger })
  if ((reached.settings.get('bootstrap.servers') ?? '').trim() !== '') return reached
  throw new UsageError(
    file === undefined
      ? 'which Kafka? Give an address (--bootstrap-servers 127.0.0.1:9092), the settings of a worker, or a cluster of Amazon MSK (--set msk.cluster.arn=...).'
      : `${file} names no bootstrap.servers and no msk.cluster.arn; give brokers by --bootstrap-servers.`,
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
