import { parseConfig } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { workerFields } from '../config/worker-fields.ts'
import { openRegistry } from '../worker/open-registry.ts'
import { openValues } from './external-values.ts'
import { Redactor } from './redactor.ts'

/**
 * A worker's settings with values in place of references to its `config.providers`, for programs that use them without being a worker. `plugins`:
 * modules that may have providers. Rejects with a ConfigError.
 */
export async function resolveSettings(
  settings: Settings,
  { plugins, base }: { readonly plugins: readonly string[]; readonly base: string },
): Promise<Settings> {
  const { pluginPath, configProviders } = workerFields
  const { config } = parseConfig({ pluginPath, configProviders }, settings)
  if (config === undefined || config.configProviders.length === 0) return settings
  const quiet = { settingWarning: () => {}, pluginShadowed: () => {} }
  const registry = await openRegistry({ given: plugins, pluginPath: config.pluginPath, base, events: quiet })
  const { resolver, settings: resolved } = await openValues(settings, { registry, redactor: new Redactor() })
  await resolver.close()
  return resolved
}
