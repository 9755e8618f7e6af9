import type { Issue } from '@sluice/template'
import type { SettingClass } from './setting-classes.ts'
import type { Settings } from './settings.ts'

export interface Verdict {
  /** Settings that are refused, under their keys. */
  readonly issues: readonly Issue[]
  /** Sentences for the log: settings that do nothing, with the reason. */
  readonly warnings: readonly string[]
  /** Keys that the table doesn't have. */
  readonly unknown: readonly string[]
}

/** Holds settings against a table: the most exact entry decides. */
export function classify(settings: Settings, table: readonly SettingClass[]): Verdict {
  const issues: Issue[] = []
  const warnings: string[] = []
  const unknown: string[] = []
  for (const [key, value] of settings) {
    const entry = entryFor(key, table)
    if (entry === undefined) unknown.push(key)
    else if (entry.class === 'honoured' || isHarmless(entry, value)) continue
    else if (entry.class === 'refused') issues.push({ field: key, message: entry.reason ?? 'is refused' })
    else warnings.push(`${key} ${entry.reason}.`)
  }
  return { issues, warnings, unknown }
}

/** The entry that speaks of a key: the exact name, else the longest pattern. */
export function entryFor(key: string, table: readonly SettingClass[]): SettingClass | undefined {
  let best: SettingClass | undefined
  for (const entry of table) {
    if (entry.name === key) return entry
    if (matches(key, entry.name) && entry.name.length > (best?.name.length ?? 0)) best = entry
  }
  return best
}

function matches(key: string, pattern: string): boolean {
  if (!pattern.includes('*')) return false
  const [start, end] = pattern.split('*') as [string, string]
  return key.length > start.length + end.length && key.startsWith(start) && key.endsWith(end)
}

function isHarmless(entry: SettingClass, value: string): boolean {
  return entry.harmless?.some((one) => one.toLowerCase() === value.trim().toLowerCase()) ?? false
}
