import type { ConfigProviderDefinition } from '@sluice/template'
import { directoryProvider, jvmDirectoryProvider } from './directory-provider.ts'
import { envProvider, jvmEnvProvider } from './env-provider.ts'
import { fileProvider, jvmFileProvider } from './file-provider.ts'

/** Under short names, with an allow-list that has to be given; and under the JVM's class names, where it is optional as there. */
export const builtInProviders = [
  envProvider,
  fileProvider,
  directoryProvider,
  jvmEnvProvider,
  jvmFileProvider,
  jvmDirectoryProvider,
] as const

const unbounded: ReadonlyArray<{
  readonly definition: object
  readonly list: string
  readonly what: string
}> = [
  { definition: jvmEnvProvider, list: 'allowlist.pattern', what: 'any environment variable' },
  { definition: jvmFileProvider, list: 'allowed.paths', what: 'any file that the worker may read' },
  { definition: jvmDirectoryProvider, list: 'allowed.paths', what: 'any file that the worker may read' },
]

/** What to say where a provider of the JVM has no allow-list (CVE-2024-31141), after the start of the parameter's name; undefined: nothing. */
export function unboundedWarning(
  definition: ConfigProviderDefinition,
  params: ReadonlyMap<string, string>,
): string | undefined {
  const found = unbounded.find((one) => one.definition === definition)
  if (found === undefined || params.has(found.list)) return undefined
  return `${found.list} is not set: whoever may write a connector's settings can have it read ${found.what}.`
}
