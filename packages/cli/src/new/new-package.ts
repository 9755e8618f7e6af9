import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const kinds = ['source', 'sink', 'transform'] as const
type Kind = (typeof kinds)[number]

export interface NewPackage {
  readonly kind: string
  /** The definition's name: lower case, digits and dashes. */
  readonly name: string
  readonly dir?: string | undefined
}

/**
 * Makes a package in a new folder from the example of its kind, with every name replaced, and returns what to do next.
 * Throws an Error that says what is wrong with the kind, the name or the folder.
 */
export async function newPackage({ kind, name, dir = name }: NewPackage): Promise<string> {
  if (!isKind(kind)) throw new Error(`There is no kind "${kind}"; choose one of ${kinds.join(', ')}.`)
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(`"${name}" can't be a name: use lower case, digits and dashes, as in "daily-weather".`)
  }
  const target = resolve(dir)
  if (existsSync(target) && (await readdir(target)).length > 0) {
    throw new Error(`${target} is not empty; choose another --dir.`)
  }
  const example = exampleFolder(kind)
  for (const file of await filesOf(example)) {
    const to = join(target, renamed(file, kind, name))
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, renamed(await readFile(join(example, file), 'utf8'), kind, name))
  }
  await writeFile(join(target, 'package.json'), packageJson(kind, name))
  await writeFile(join(target, 'tsconfig.json'), tsconfig)
  await writeFile(join(target, '.gitignore'), 'node_modules/\nexample/offsets.dat\n')
  return `Made ${relative(process.cwd(), target) || '.'}. Next:\n\n  cd ${dir}\n  npm install\n  npm test\n`
}

function isKind(kind: string): kind is Kind {
  return (kinds as readonly string[]).includes(kind)
}

const clone = fileURLToPath(new URL('../../../../', import.meta.url))
/** The command runs from a clone of Sluice's repository: what it makes uses the packages there, which npm may not have. */
const isClone = existsSync(join(clone, 'packages/cli/src/new/new-package.ts'))

/** Published, the examples lie beside `dist`; in a clone they are the repository's own. */
function exampleFolder(kind: Kind): string {
  const scaffolds = fileURLToPath(new URL('../../scaffolds', import.meta.url))
  const found = join(isClone ? join(clone, 'examples') : scaffolds, `hello-${kind}`)
  if (!existsSync(found))
    throw new Error(`The scaffold for a ${kind} is missing from this installation of sluice.`)
  return found
}

async function filesOf(example: string): Promise<string[]> {
  const entries = await readdir(example, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(example, join(entry.parentPath, entry.name)))
    .filter((file) => /^(README\.md|src\/.*|example\/(worker\.properties|connector\.json))$/.test(file))
}

/** `hello-source` becomes the new name, `helloSource` its constant; a name that ends in its kind isn't told so twice. */
function renamed(text: string, kind: Kind, name: string): string {
  const words = name.endsWith(`-${kind}`) ? name : `${name}-${kind}`
  const constant = words.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  const exampleConstant = `hello${kind[0]!.toUpperCase()}${kind.slice(1)}`
  return text.replaceAll(`hello-${kind}`, name).replaceAll(exampleConstant, constant)
}

function packageJson(kind: Kind, name: string): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const from = isClone ? fromClone : fromRegistry(`^${version}`)
  const start =
    kind === 'transform'
      ? {}
      : { start: `${from.sluice} standalone example/worker.properties example/connector.json` }
  const content = {
    name: `sluice-${kind}-${name}`,
    version: '0.1.0',
    type: 'module',
    engines: { node: '>=22.18' },
    exports: `./src/${name}.ts`,
    scripts: { test: `${from.node} --test`, check: from.check, ...start },
    dependencies: { '@sluice/template': from.range('template') },
    devDependencies: {
      '@sluice/testkit': from.range('testkit'),
      '@types/node': '^24.0.0',
      ...from.more,
      sluice: from.range('cli'),
      typescript: '>=5.9',
    },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

/** Where the new package has Sluice from, and how that is run. */
interface Origin {
  /** The version of the package in that folder of `packages`. */
  readonly range: (folder: string) => string
  readonly node: string
  readonly sluice: string
  readonly check: string
  readonly more: Readonly<Record<string, string>>
}

const fromRegistry = (range: string): Origin => ({
  range: () => range,
  node: 'node',
  sluice: 'sluice',
  check: 'tsc',
  more: {},
})

/** Its sources, so that nothing has to be built; and a Node that runs them, as the clone itself brings one. */
const fromClone: Origin = {
  range: (folder) => `file:${join(clone, 'packages', folder)}`,
  node: 'node --conditions=source',
  sluice: 'node --conditions=source node_modules/sluice/src/bin.ts',
  check: 'tsc --customConditions source',
  more: { node: '^24.0.0' },
}

const tsconfig = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["src"]
}
`
