import {
  builtInPredicates,
  builtInTransforms,
} from '../../packages/runtime/src/transforms/built-in-transforms.ts'
import type { ConfigFields } from '../../packages/template/src/index.ts'
import { code } from './markdown.ts'
import { madeBy, settingsTable } from './reference-page.ts'

interface Documented {
  readonly name: string
  readonly doc: string
  readonly config: ConfigFields
}

/** docs/reference/transforms.md */
export function transformsPage(): string {
  return [
    '# Settings of transforms and predicates\n\n' +
      'Under `transforms.<name>.` and `predicates.<name>.`. Each transform also has `type`, `predicate` and `negate`. What they do, with examples, is on ' +
      `[the page of transforms](../TRANSFORMS.md). ${madeBy}\n`,
    '## Transforms\n',
    ...sections(builtInTransforms),
    '## Predicates\n',
    ...sections(builtInPredicates),
  ].join('\n')
}

/** The two sides of a transform in one section. */
function sections(definitions: readonly Documented[]): readonly string[] {
  return [...Map.groupBy(definitions, ({ name }) => shortName(name))].map(([name, sides]) => {
    const last = sides.at(-1)!
    const doc =
      sides.length === 1
        ? last.doc
        : last.doc.replaceAll('the value', 'the key or value').replaceAll('A value', 'A key or value')
    const settings =
      Object.keys(last.config).length === 0 ? 'It has no settings.\n' : settingsTable(last.config)
    return `### ${name}\n\n${sides.map((side) => code(side.name)).join(', ')}\n\n${doc}\n\n${settings}`
  })
}

function shortName(name: string): string {
  return name.replace(/^.*\./, '').replace(/\$.*$/, '')
}
