import { builtInPlugins, loadPlugins, type Plugin } from '@sluice/runtime'
import { renderTable } from './stack/table.ts'
import { pluginModules } from './standalone.ts'

/** What a worker started here would find, as a table or as JSON. */
export async function plugins({ json }: { readonly json: boolean }): Promise<string> {
  const found = [...(await loadPlugins(await pluginModules(), process.cwd())), ...builtInPlugins]
  const rows = found.map(describe)
  if (json) return `${JSON.stringify(rows, null, 2)}\n`
  return renderTable([
    ['NAME', 'KIND', 'VERSION', 'FROM', 'WHAT IT DOES'],
    ...rows.map(({ name, kind, version, from, doc }) => [name, kind, version, from, doc]),
  ])
}

function describe({ kind, definition, from }: Plugin) {
  const { name, aliases = [], version, doc } = definition
  return { name, kind, version, from, doc, aliases }
}
