import { type Json, parseJson, stringifyJson } from '@sluice/template'
import type { Settings } from '../../config/settings.ts'
import type { Plugin } from '../../plugins/registry.ts'
import { taskClassOf, taskClassSetting } from '../../worker/task-class.ts'

/** The share of the work that a task was given, as JSON; beside what the JVM writes. */
export const sliceSetting = 'sluice.task.slice'
/** What the config topic keeps of a task: the settings that its connector had when it was divided, and the slice. */
export function taskRecord(settings: Settings, slice: Json): Settings {
  const record = new Map(settings).set(taskClassSetting, taskClassOf(settings))
  return slice === null ? record : record.set(sliceSetting, stringifyJson(slice))
}

export interface TaskWork {
  readonly settings: Settings
  readonly slice: Json
}

/**
 * What a task is to do. Undefined where the record isn't enough: it was written by a JVM worker for a source that divides its work here, and has no
 * slice; the connector's worker divides it anew. `settings` are the connector's; a JVM worker leaves most of them out of the record.
 */
export function taskWork(record: Settings, settings: Settings, plugin: Plugin): TaskWork | undefined {
  const text = record.get(sliceSetting)
  if (text === undefined && plugin.kind === 'source' && 'split' in plugin.definition) return undefined
  const all = new Map([...settings, ...record])
  all.delete(sliceSetting)
  all.delete(taskClassSetting)
  return { settings: all, slice: text === undefined ? null : parseJson(text) }
}

export function sameSettings(a: Settings, b: Settings): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
