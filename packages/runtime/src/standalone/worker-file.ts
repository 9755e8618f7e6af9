import { parseProperties } from '../config/properties.ts'
import type { Settings } from '../config/settings.ts'
import { KafkaError } from '../kafka/types.ts'
import { ConfigError } from '../task/config-error.ts'
import { readSettingsFile, refuseConnectorFile } from './settings-files.ts'

export interface WorkerFile {
  /** Path of `worker.properties`. */
  readonly workerFile: string
  /** Settings that win over the file's. */
  readonly overrides?: Settings
}

/** The worker's settings out of its file. */
export async function workerSettings(options: WorkerFile): Promise<Settings> {
  const text = await readSettingsFile(options.workerFile)
  refuseConnectorFile(text, options.workerFile)
  const fromFile = parseProperties(text, options.workerFile)
  // the CLI's own default; the file may say otherwise
  return new Map([['task.isolation', 'thread'], ...fromFile, ...(options.overrides ?? [])])
}

/** Says which file an error of its settings is about. */
export async function named(file: string, step: () => Promise<unknown>): Promise<void> {
  try {
    await step()
  } catch (cause) {
    const isConfig = cause instanceof ConfigError || (cause instanceof KafkaError && cause.code === 'CONFIG')
    if (!isConfig) throw cause
    throw new Error(`${file}: ${cause.message}`, { cause })
  }
}
