import { type ClientKind, type ClientSetting, clientSettings } from './setting-classes.ts'
import type { SettingReader, Settings } from './setting-reader.ts'

/** How a setting is treated by a client of that kind; undefined if none of Kafka's clients has it. */
export function settingClass(name: string, kind: ClientKind | undefined): ClientSetting | undefined {
  const candidates = clientSettings.filter((row) => matches(row.name, name))
  return candidates.find(({ clients }) => !clients || !kind || clients.includes(kind)) ?? candidates[0]
}

/** Sentences about the settings that do nothing, unknown ones included. `kind` absent: settings that are shared by all clients. */
export function settingWarnings(settings: Settings, kind?: ClientKind): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const row = settingClass(name, kind)
    if (!row) return [`The Kafka client setting ${name} isn't known and does nothing.`]
    if (row.clients && kind && !row.clients.includes(kind)) return []
    return row.class === 'warned' && !isHarmless(row, value)
      ? [`The Kafka client setting ${name} ${row.reason}.`]
      : []
  })
}

/** Leaves an issue for each setting that is refused. */
export function refuseSettings(reader: SettingReader, settings: Settings, kind: ClientKind): void {
  for (const [name, value] of Object.entries(settings)) {
    const row = settingClass(name, kind)
    const concerned = !row?.clients || row.clients.includes(kind)
    if (row?.class === 'refused' && concerned && !isHarmless(row, value)) reader.issue(name, row.reason ?? '')
  }
}

function isHarmless(row: ClientSetting, value: string): boolean {
  return row.harmless?.some((harmless) => harmless.toLowerCase() === value.trim().toLowerCase()) ?? false
}

function matches(pattern: string, name: string): boolean {
  const [head = '', tail] = pattern.split('*')
  if (tail === undefined) return pattern === name
  return name.length > head.length && name.startsWith(head) && name.endsWith(tail)
}
