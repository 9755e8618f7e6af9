import type { ConfigFields, ConfigOf } from './config/field.ts'
import type { Issue } from './config/parse.ts'
import type { Call } from './context.ts'

const brand = Symbol.for('sluice.definition')

/** What a definition defines. */
export type DefinitionKind = 'source' | 'sink' | 'transform' | 'predicate' | 'converter' | 'config-provider'

/** What every plug-in says of itself. */
export interface Definition<S extends ConfigFields> {
  /** How a configuration names it: `postgres`, or the JVM class that it stands in for. */
  readonly name: string
  /** Further names under which it is found, such as a class's short form. */
  readonly aliases?: readonly string[]
  readonly version: string
  /** One or two sentences: what it does. */
  readonly doc: string
  readonly config: S
  /**
   * What can't be seen from single settings: combinations, and whether the other side answers. Every issue found, each under the
   * property of its setting, or, for one of a family, under its key on the wire (which has a dot).
   * Runs apart from the request that asked; give up when the signal aborts.
   */
  check?(
    config: ConfigOf<S>,
    call: Call,
  ): Promise<readonly Issue<Extract<keyof S, string> | `${string}.${string}`>[]>
}

/** Makes a definition that `definitionKind` knows, frozen, of what an author wrote. For the define functions only. */
export function brandDefinition<D extends object>(kind: DefinitionKind, definition: D): D {
  return Object.freeze(Object.defineProperty({ ...definition }, brand, { value: kind }))
}

/** The kind of a definition made by any copy of this package, `undefined` for anything else. */
export function definitionKind(value: unknown): DefinitionKind | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { [brand]?: DefinitionKind })[brand]
}
