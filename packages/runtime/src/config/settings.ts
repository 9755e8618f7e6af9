import { parseJson } from '@sluice/template'

export type Settings = ReadonlyMap<string, string>

/**
 * A flat map of settings out of a parsed JSON object from a stranger. Numbers and booleans become text, `null` counts as absent.
 * Throws an Error that names every key whose value is a list or an object. `what` names the map in that error.
 */
export function settingsOf(value: unknown, what: string): Settings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${what} must be an object of settings, {"name": "value", ...}.`)
  }
  const settings = new Map<string, string>()
  const wrong: string[] = []
  for (const [key, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue
    if (typeof member === 'object') wrong.push(key)
    else settings.set(key, String(member))
  }
  if (wrong.length > 0) throw new Error(`${what}: the values of ${wrong.join(', ')} must be text.`)
  return settings
}

/** What a program passes as settings: a map, or an object whose values are text, numbers or booleans. */
export type SettingsInput = Settings | Readonly<Record<string, string | number | boolean | null | undefined>>

export function toSettings(input: SettingsInput, what: string): Settings {
  return input instanceof Map ? new Map(input) : settingsOf(input, what)
}

/** For JSON bodies: an object without a prototype, so that `__proto__` is a name like any other. */
export function toObject(settings: Settings): Record<string, string> {
  const object: Record<string, string> = Object.create(null)
  for (const [key, value] of settings) object[key] = value
  return object
}

/** Parses JSON; the error says what was read, with the parser's reason. */
export function parseJsonText(text: string, what: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${what} is no JSON: ${reason}.`, { cause })
  }
}
