import type { Json } from '@sluice/template'
import type { Settings } from '../config/settings.ts'

/**
 * A slice is stored and compared, so no value of a provider may be in it: where a connector has put the whole value of such a setting into a
 * slice, the setting's own text stands there. Source: reverseTransform of Kafka Connect's AbstractHerder.
 */
export function withReferences(slice: Json, raw: Settings, resolved: Settings): Json {
  const texts = new Map<string, string>()
  for (const [key, text] of raw) {
    const value = resolved.get(key)
    if (value !== undefined && value !== text) texts.set(value, text).set(value.trim(), text)
  }
  return texts.size === 0 ? slice : mapStrings(slice, (one) => texts.get(one) ?? one)
}

/** The slice as the connector has made it, with values as they are now. */
export function withValues(slice: Json, raw: Settings, resolved: Settings): Json {
  const values = new Map<string, string>()
  for (const [key, text] of raw) {
    const value = resolved.get(key)
    if (value !== undefined && value !== text) values.set(text, value.trim())
  }
  return values.size === 0 ? slice : mapStrings(slice, (one) => values.get(one) ?? one)
}

function mapStrings(json: Json, map: (text: string) => string): Json {
  if (typeof json === 'string') return map(json)
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map((one) => mapStrings(one as Json, map))
  return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, mapStrings(one, map)]))
}
