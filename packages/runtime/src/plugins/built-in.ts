import { builtInConverters } from '../converters/built-in-converters.ts'
import { builtInProviders } from '../providers/built-in/built-in-providers.ts'
import { builtInPredicates, builtInTransforms } from '../transforms/built-in-transforms.ts'
import { type Plugin, pluginOf } from './registry.ts'

/** What comes with the runtime. */
export const builtInPlugins: readonly Plugin[] = [
  ...builtInConverters,
  ...builtInTransforms,
  ...builtInPredicates,
  ...builtInProviders,
].map((definition) => ({
  ...pluginOf(definition),
  from: '@sluice/runtime',
}))
