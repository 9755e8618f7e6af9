import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { definitionKind } from '@sluice/template'
import { type Plugin, type PluginOrigin, pluginOf } from './registry.ts'

/** A package's name, a path (absolute, or relative to `base`), or a `file:` URL. */
export type PluginSpecifier = string

/**
 * Imports modules and gathers the definitions that they export, each once. `base` is the folder that names and paths are resolved from.
 * Rejects with an Error that says which module could not be loaded and why.
 */
export async function loadPlugins(specifiers: readonly PluginSpecifier[], base: string): Promise<Plugin[]> {
  const loaded = await Promise.all(specifiers.map((specifier) => loadModule(specifier, base)))
  return loaded.flat()
}

async function loadModule(specifier: PluginSpecifier, base: string): Promise<Plugin[]> {
  try {
    const url = urlOf(specifier, base)
    const exports = (await import(url)) as Readonly<Record<string, unknown>>
    const from = (await packageNameOf(url)) ?? specifier
    return definitionsOf(exports, { url, from })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The plug-in ${specifier} could not be loaded: ${reason}`, { cause })
  }
}

/** The plug-in that another thread found there. */
export async function loadPlugin(origin: PluginOrigin): Promise<Plugin> {
  const exports = (await import(origin.url)) as Readonly<Record<string, unknown>>
  return { ...pluginOf(exports[origin.exportName]), origin, from: origin.url }
}

function definitionsOf(
  exports: Readonly<Record<string, unknown>>,
  where: { readonly url: string; readonly from: string },
): Plugin[] {
  const seen = new Set<unknown>()
  return Object.entries(exports).flatMap(([exportName, value]) => {
    const kind = definitionKind(value)
    if (kind === undefined || seen.has(value)) return []
    seen.add(value)
    const definition = value as Plugin['definition']
    return [{ kind, definition, origin: { url: where.url, exportName }, from: where.from }]
  })
}

/** Resolves with the conditions that the program runs under, as an import would. */
function urlOf(specifier: string, base: string): string {
  if (specifier.startsWith('file:')) return specifier
  if (isAbsolute(specifier) || specifier.startsWith('.')) return pathToFileURL(resolve(base, specifier)).href
  return pathToFileURL(createRequire(join(base, 'package.json')).resolve(specifier)).href
}

/** The name in the nearest package.json above a module, where it has one. */
async function packageNameOf(url: string): Promise<string | undefined> {
  let folder = dirname(fileURLToPath(url))
  while (folder !== dirname(folder)) {
    const manifest = await readManifest(folder)
    if (manifest !== undefined) return manifest.name
    folder = dirname(folder)
  }
  return undefined
}

async function readManifest(folder: string): Promise<{ readonly name?: string } | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  } catch {
    return undefined
  }
}
