import {
  type ConfigFields,
  definitionKind,
  type Issue,
  list,
  missingSetting,
  parseConfig,
} from '@sluice/template'
import type { PluginLookup } from '../task/task.ts'
import { under } from './opening.ts'

/**
 * What is wrong with `transforms.*` and `predicates.*` as far as it shows without opening any: opening may run a plug-in's code. The task
 * finds the rest.
 */
export function chainIssues(settings: ReadonlyMap<string, string>, plugins: PluginLookup): readonly Issue[] {
  const { config } = parseConfig(lists, settings)
  if (config === undefined) return []
  return [
    ...twice('transforms', config.transforms),
    ...twice('predicates', config.predicates),
    ...config.transforms.flatMap((name) =>
      pluginIssues(`transforms.${name}.`, { settings, plugins, kind: 'transform' }),
    ),
    ...config.predicates.flatMap((name) =>
      pluginIssues(`predicates.${name}.`, { settings, plugins, kind: 'predicate' }),
    ),
  ]
}

const lists = {
  transforms: list({ doc: 'Names the transforms.', default: [] }),
  predicates: list({ doc: 'Names the predicates.', default: [] }),
}

/** The settings under a name are those of one. */
function twice(field: string, names: readonly string[]): readonly Issue[] {
  const again = names.filter((name, index) => names.indexOf(name) !== index)
  return again.map((name) => ({ field, message: `names ${name} twice` }))
}

function pluginIssues(
  start: string,
  how: {
    readonly settings: ReadonlyMap<string, string>
    readonly plugins: PluginLookup
    readonly kind: 'transform' | 'predicate'
  },
): readonly Issue[] {
  const own = under(how.settings, start)
  const type = own.get('type')?.trim()
  if (type === undefined || type === '') {
    return [{ field: `${start}type`, message: missingSetting }]
  }
  const definition = find(how.plugins, how.kind, type)
  if (typeof definition === 'string') {
    return [{ field: `${start}type`, message: `names "${type}": ${definition}` }]
  }
  return parseConfig(definition.config, own).issues.map((issue) => ({ ...issue, field: start + issue.field }))
}

/** What is wrong, where it isn't found. */
function find(
  plugins: PluginLookup,
  kind: 'transform' | 'predicate',
  type: string,
): { readonly config: ConfigFields } | string {
  try {
    const found = plugins.find(kind, type)
    return definitionKind(found) === kind ? (found as { config: ConfigFields }) : `it is not a ${kind}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
