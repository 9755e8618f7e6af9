import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { PluginSpecifier } from './load.ts'

const pluginName = /^(sluice-)?(source|sink|transform|converter|provider|config)-[\w.-]+$/

/**
 * Packages that are plug-ins by their names (`@sluice/source-*`, `sluice-sink-*`, `@anyone/sluice-source-*` and the like) in the
 * node_modules folders that a program in `folder` sees, nearest first.
 */
export async function installedPlugins(folder: string): Promise<PluginSpecifier[]> {
  const names = new Set<string>()
  for (let at = resolve(folder); ; at = dirname(at)) {
    for (const name of await pluginPackages(join(at, 'node_modules'))) names.add(name)
    if (at === dirname(at)) return [...names]
  }
}

async function pluginPackages(modules: string): Promise<string[]> {
  const names: string[] = []
  for (const entry of await entriesOf(modules)) {
    if (entry.name.startsWith('@')) {
      const scoped = await entriesOf(join(modules, entry.name))
      names.push(...scoped.map((one) => `${entry.name}/${one.name}`).filter(isPluginPackage))
    } else if (isPluginPackage(entry.name)) names.push(entry.name)
  }
  return names
}

function isPluginPackage(name: string): boolean {
  const own = name.startsWith('@') ? name.slice(name.indexOf('/') + 1) : name
  return pluginName.test(own) && (name.startsWith('@sluice/') || own.startsWith('sluice-'))
}

export interface PluginPathContent {
  readonly specifiers: readonly PluginSpecifier[]
  /** Sentences about entries that hold nothing for Node. */
  readonly warnings: readonly string[]
}

/** What `plugin.path` names: a module, a package's folder, or a folder of both. Java archives are told apart and warned about. */
export async function pluginPathContent(path: readonly string[], base: string): Promise<PluginPathContent> {
  const specifiers: PluginSpecifier[] = []
  const warnings: string[] = []
  for (const entry of path) {
    const at = resolve(base, entry)
    const found = (await isFolder(at)) ? await folderContent(at) : isModule(at) ? [at] : []
    if (found.length === 0) warnings.push(`plugin.path has ${entry}, which holds no plug-in for Node.`)
    specifiers.push(...found)
  }
  return { specifiers, warnings }
}

async function folderContent(folder: string): Promise<PluginSpecifier[]> {
  const own = await packageEntry(folder)
  if (own !== undefined) return [own]
  const children = await entriesOf(folder)
  const found = await Promise.all(
    children.map(async (child) => {
      const at = join(folder, child.name)
      if (child.isFile()) return isModule(at) ? at : undefined
      return packageEntry(at)
    }),
  )
  return found.filter((one) => one !== undefined)
}

/** A folder with a package.json is a package: it is loaded as a program beside it would. */
async function packageEntry(folder: string): Promise<PluginSpecifier | undefined> {
  const { createRequire } = await import('node:module')
  try {
    const require = createRequire(join(folder, 'package.json'))
    const { name } = require('./package.json') as { name?: string }
    return name === undefined ? undefined : require.resolve(name)
  } catch {
    return undefined
  }
}

function isModule(file: string): boolean {
  return /\.(m?js|m?ts)$/.test(file) && !/\.(d|test|it)\.m?ts$/.test(file)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => [])
}
