import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { openConverters } from '../converters/open-converters.ts'
import { readableJson } from '../errors/readable-json.ts'
import type { FetchedRecord } from '../kafka/types.ts'
import { openRegistry } from './open-registry.ts'

/** Reads keys and values by the converters of Kafka Connect, for people: JSON, whatever they are. */
export interface RecordDecoder {
  /** Rejects with what the converter says. */
  decode(role: 'key' | 'value', topic: string, record: FetchedRecord): Promise<string>
  close(): Promise<void>
}

/**
 * By `key.converter`, `value.converter` and what begins with them, as in a worker's settings. `plugins`: modules that may have them. Rejects with a ConfigError that has
 * everything that is wrong.
 */
export async function openDecoder(
  settings: Settings,
  how: { readonly plugins: readonly string[]; readonly base: string; readonly log: Logger },
): Promise<RecordDecoder> {
  const events = { settingWarning: () => {}, pluginShadowed: () => {} }
  const registry = await openRegistry({ given: how.plugins, pluginPath: [], base: how.base, events })
  const converters = openConverters({ settings, worker: settings, plugins: registry, log: how.log })
  return {
    async decode(role, topic, { key, value }) {
      const bytes = role === 'key' ? key : value
      const { value: data } = await converters[role].fromBytes({ topic }, bytes)
      return readableJson(data)
    },
    close: () => converters.close(),
  }
}
