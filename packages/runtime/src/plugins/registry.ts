import { type Definition, type DefinitionKind, definitionKind } from '@sluice/template'
import type { PluginLookup } from '../task/task.ts'

/** Where another thread finds the same definition. */
export interface PluginOrigin {
  /** URL of the module. */
  readonly url: string
  readonly exportName: string
}

export interface Plugin {
  readonly kind: DefinitionKind
  // biome-ignore lint: the settings of a plug-in are its own business
  readonly definition: Definition<Record<string, never>>
  /** Absent where the definition was passed as an object: then no other thread can load it. */
  readonly origin?: PluginOrigin
  /** For people: the package, the file, or "passed by the program". */
  readonly from: string
}

/** The plug-ins that a worker knows. Requests name plug-ins only within it; nothing is ever loaded by a name in a request. */
export interface PluginRegistry extends PluginLookup {
  /** Adds a definition. Returns the one that already bears the name (and stays), or undefined. */
  add(plugin: Plugin): Plugin | undefined
  /** Throws an Error that names what was looked for and what there is. */
  get(kind: DefinitionKind, name: string): Plugin
  /** A source or a sink by the name that `connector.class` gives. */
  connector(name: string): Plugin
  list(): readonly Plugin[]
}

export function createRegistry(plugins: readonly Plugin[] = []): PluginRegistry {
  const all: Plugin[] = []
  const byName = new Map<string, Plugin>()

  const lookUp = (kinds: readonly DefinitionKind[], name: string): Plugin | undefined => {
    for (const key of [name, ...shortNames(name)]) {
      for (const kind of kinds) {
        const found = byName.get(`${kind} ${key}`)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  const get = (kinds: readonly DefinitionKind[], name: string): Plugin => {
    const found = lookUp(kinds, name)
    if (found !== undefined) return found
    const names = all.filter((one) => kinds.includes(one.kind)).map((one) => one.definition.name)
    const known = names.length === 0 ? 'None is loaded' : `Loaded are: ${names.toSorted().join(', ')}`
    throw new Error(
      `There is no ${kinds.join(' or ')} "${name}". ${known}. Install the package that has it beside the worker, or name it in plugin.path.`,
    )
  }

  const add = (plugin: Plugin): Plugin | undefined => {
    const { kind, definition } = plugin
    const namesake = byName.get(`${kind} ${definition.name}`)
    if (namesake !== undefined) return namesake
    all.push(plugin)
    byName.set(`${kind} ${definition.name}`, plugin)
    for (const name of furtherNames(plugin)) {
      if (!byName.has(`${kind} ${name}`)) byName.set(`${kind} ${name}`, plugin)
    }
    return undefined
  }

  for (const plugin of plugins) add(plugin)
  return {
    add,
    get: (kind, name) => get([kind], name),
    find: (kind, name) => get([kind], name).definition,
    connector: (name) => get(['source', 'sink'], name),
    list: () => all,
  }
}

/** A definition that a program passes as an object. Throws a TypeError for anything else. */
export function pluginOf(definition: unknown): Plugin {
  const kind = definitionKind(definition)
  if (kind === undefined) {
    throw new TypeError('A plug-in is what defineSource, defineSink and their like return.')
  }
  return { kind, definition: definition as Plugin['definition'], from: 'passed by the program' }
}

function furtherNames({ definition, origin, from }: Plugin): readonly string[] {
  const names = [definition.name, ...(definition.aliases ?? [])]
  return [
    ...names.slice(1),
    ...names.flatMap(shortNames),
    from,
    ...(origin === undefined ? [] : [origin.url, `${from}#${origin.exportName}`]),
  ]
}

/** The short forms of a Java class's name that Kafka Connect understands too: without package, and without `Connector`. */
function shortNames(name: string): readonly string[] {
  if (!/^[\w$]+(\.[\w$]+)+$/.test(name)) return []
  const simple = name.slice(name.lastIndexOf('.') + 1)
  return simple.endsWith('Connector') ? [simple, simple.slice(0, -'Connector'.length)] : [simple]
}
