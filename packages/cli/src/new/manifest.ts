import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Kind = 'source' | 'sink' | 'transform'

export interface ManifestOptions {
  readonly kind: Kind
  readonly name: string
  /** The repository's folder where `sluice` runs from a clone: the new package uses the packages there, which may be published nowhere. */
  readonly clone: string | undefined
}

/** The package.json of a new package. */
export function manifest({ kind, name, clone }: ManifestOptions): string {
  const from = clone === undefined ? published() : cloned(clone)
  const start = `${from.sluice} standalone example/worker.properties example/connector.json`
  const content = {
    name: `sluice-${kind}-${name}`,
    version: '0.1.0',
    type: 'module',
    engines: { node: '>=22.18' },
    exports: `./src/${name}.ts`,
    scripts: { test: `${from.node} --test`, check: from.check, ...(kind !== 'transform' && { start }) },
    dependencies: { '@sluice/template': from.version('template') },
    devDependencies: {
      '@sluice/testkit': from.version('testkit'),
      '@types/node': '^24.0.0',
      ...from.more,
      sluice: from.version('cli'),
      typescript: '>=5.9',
    },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

/** Where the new package has Sluice from, and how that is run. */
interface From {
  /** The version of the package in that folder of `packages`. */
  version(folder: string): string
  readonly node: string
  readonly check: string
  readonly sluice: string
  readonly more: Readonly<Record<string, string>>
}

function published(): From {
  const own = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(own) as { version: string }
  return { version: () => `^${version}`, node: 'node', check: 'tsc', sluice: 'sluice', more: {} }
}

/** The sources of a clone run as they are, so nothing has to be built before; with a Node that can, as the clone itself brings one. */
function cloned(clone: string): From {
  return {
    version: (folder) => `file:${join(clone, 'packages', folder)}`,
    node: 'node --conditions=source',
    check: 'tsc --customConditions source',
    sluice: 'node --conditions=source node_modules/sluice/src/bin.ts',
    more: { node: '^24.0.0' },
  }
}
