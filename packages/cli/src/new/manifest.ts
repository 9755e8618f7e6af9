import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export type Kind = 'source' | 'sink' | 'transform'

export interface ManifestOptions {
  readonly kind: Kind
  readonly name: string
  /** The new package's folder. */
  readonly target: string
  /** The repository's folder where `sluice` runs from a clone: the new package uses the packages there, which may be published nowhere. */
  readonly clone: string | undefined
}

/** The package.json of a new package. */
export function manifest({ kind, name, target, clone }: ManifestOptions): string {
  const from = clone === undefined ? published() : linked(relative(target, join(clone, 'packages')))
  const start = `${from.sluice} standalone example/worker.properties example/connector.json`
  const content = {
    name: `sluice-${kind}-${name}`,
    version: '0.1.0',
    type: 'module',
    engines: { node: '>=22.18' },
    exports: `./src/${name}.ts`,
    scripts: { test: from.test, check: from.check, ...(kind !== 'transform' && { start }) },
    dependencies: { '@sluice/template': from.version('template') },
    devDependencies: {
      '@sluice/testkit': from.version('testkit'),
      '@types/node': '^24.0.0',
      sluice: from.version('cli'),
      typescript: '>=5.9',
    },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

/** What installs its dependencies. npm understands neither links nor workspaces of pnpm. */
export function installer(clone: string | undefined): string {
  return clone === undefined ? 'npm install' : 'npx -y pnpm@12 install --ignore-workspace'
}

interface From {
  version(folder: string): string
  readonly test: string
  readonly check: string
  readonly sluice: string
}

function published(): From {
  const own = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(own) as { version: string }
  return { version: () => `^${version}`, test: 'node --test', check: 'tsc', sluice: 'sluice' }
}

/** The sources of a clone run as they are: nothing has to be built before. */
function linked(packages: string): From {
  return {
    version: (folder) => `link:${join(packages, folder)}`,
    test: 'node --conditions=source --test',
    check: 'tsc --customConditions source',
    sluice: `node --conditions=source ${join(packages, 'cli/src/bin.ts')}`,
  }
}
