import type { ConfigFields, ConfigOf } from './config/field.ts'
import type { Call } from './context.ts'
import { brandDefinition, type Definition } from './definition.ts'

/** Looks up values of settings that are kept elsewhere, until it is closed. */
export interface ConfigProvider {
  /**
   * Values for `${provider:path:key}`. Keys that don't exist are absent from the answer. `ttlMs`: when to ask again.
   * What is returned is treated as secret everywhere.
   */
  get(
    path: string,
    keys: readonly string[],
    call: Call,
  ): Promise<{ readonly values: ReadonlyMap<string, string>; readonly ttlMs?: number }>
  close?(): Promise<void>
}

/** What `defineConfigProvider` takes. `open` makes the provider, ready to be asked, or rejects with what is wrong. */
export interface ConfigProviderDefinition<S extends ConfigFields = ConfigFields> extends Definition<S> {
  open(context: { readonly config: ConfigOf<S> }): Promise<ConfigProvider>
}

/** Defines a provider of settings that are kept elsewhere: files, the environment, a vault. */
export function defineConfigProvider<const S extends ConfigFields>(
  definition: ConfigProviderDefinition<S>,
): ConfigProviderDefinition<S> {
  return brandDefinition('config-provider', definition)
}
