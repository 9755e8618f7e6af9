import { type ConfigFields, type ConfigOf, type Issue, parseConfig } from '@sluice/template'
import { type Converters, openConverters } from '../converters/open-converters.ts'
import { openChain, type TransformChain } from '../transforms/chain.ts'
import type { CleanUp } from './clean-up.ts'
import { ConfigError } from './config-error.ts'
import { connectorFields, readSettings, type workerTaskFields } from './settings.ts'
import type { TaskOptions } from './task.ts'
import { tellPlugins } from './tell-plugins.ts'

/** What a run reads from its settings before anything is connected. */
export interface Configured<F extends ConfigFields> {
  readonly settings: ConfigOf<F> & ConfigOf<typeof workerTaskFields>
  /** The connector's own. */
  readonly own: ConfigOf<ConfigFields>
  readonly chain: TransformChain
  readonly converters: Converters
}

/** Reads all settings, transforms and converters included. Throws one ConfigError with the issues of all of them. */
export function openConfigured<F extends ConfigFields>(
  options: TaskOptions,
  how: { readonly fields: F; readonly cleanUp: CleanUp },
): Configured<F> {
  const { settings, worker, definition, plugins, log } = options
  const { transforms, predicates } = connectorFields
  const { config: lists } = parseConfig({ transforms, predicates }, settings)
  const issues: Issue[] = []
  const read = collect(issues, () =>
    readSettings({ fields: how.fields, own: definition.config, settings, worker }),
  )
  const chain = collect(issues, () =>
    openChain({
      names: lists?.transforms ?? [],
      predicateNames: lists?.predicates ?? [],
      settings,
      worker,
      plugins,
      log,
    }),
  )
  how.cleanUp.add(() => chain?.close())
  const converters = collect(issues, () => openConverters(options))
  how.cleanUp.add(() => converters?.close())
  if (!read || !chain || !converters) throw new ConfigError(issues)
  tellPlugins(options, { converters, chain, predicates: lists?.predicates ?? [] })
  return { ...read, chain, converters }
}

function collect<T>(issues: Issue[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    issues.push(...error.issues)
    return undefined
  }
}
