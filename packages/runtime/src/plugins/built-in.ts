import { builtInConverters } from '../converters/built-in-converters.ts'
import { type Plugin, pluginOf } from './registry.ts'

/** What comes with the runtime. */
export const builtInPlugins: readonly Plugin[] = builtInConverters.map((definition) => ({
  ...pluginOf(definition),
  from: '@sluice/runtime',
}))
