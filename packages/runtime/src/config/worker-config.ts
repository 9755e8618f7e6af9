import { type Issue, parseConfig } from '@sluice/template'
import { classify } from './classify.ts'
import { ConfigError } from '../task/config-error.ts'
import { workerSettings } from './setting-classes.ts'
import type { Settings } from './settings.ts'
import { type WorkerConfig, workerFields } from './worker-fields.ts'

export interface ReadWorkerConfig {
  readonly config: WorkerConfig
  readonly warnings: readonly string[]
}

/** Reads the worker's settings. Throws a ConfigError with all issues at once. */
export function readWorkerConfig(settings: Settings): ReadWorkerConfig {
  const parsed = parseConfig(workerFields, settings)
  const verdict = classify(settings, workerSettings)
  const issues: Issue[] = [...parsed.issues, ...verdict.issues]
  if (parsed.config === undefined || issues.length > 0) throw new ConfigError(issues)
  const unknown = verdict.unknown.map((key) => `${key} is no setting of a worker; is it spelled right?`)
  return { config: parsed.config, warnings: [...verdict.warnings, ...unknown] }
}
