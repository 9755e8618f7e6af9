import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Kind, manifest } from './manifest.ts'

const kinds = ['source', 'sink', 'transform'] as const satisfies readonly Kind[]

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
  const { folder: example, clone } = scaffoldOf(kind)
  for (const file of await filesOf(example)) {
    const to = join(target, renamed(file, kind, name))
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, renamed(await readFile(join(example, file), 'utf8'), kind, name))
  }
  await writeFile(join(target, 'package.json'), manifest({ kind, name, clone }))
  await writeFile(join(target, 'tsconfig.json'), tsconfig)
  await writeFile(join(target, '.gitignore'), 'node_modules/\nexample/offsets.dat\n')
  return `Made ${relative(process.cwd(), target) || '.'}. Next:\n\n  cd ${dir}\n  npm install\n  npm test\n`
}

function isKind(kind: string): kind is Kind {
  return (kinds as readonly string[]).includes(kind)
}

/** Published, the examples lie beside `dist`; in a clone they are the repository's own, and so are the packages. */
function scaffoldOf(kind: Kind): { readonly folder: string; readonly clone: string | undefined } {
  const packed = fileURLToPath(new URL(`../../scaffolds/hello-${kind}`, import.meta.url))
  if (existsSync(packed)) return { folder: packed, clone: undefined }
  const clone = fileURLToPath(new URL('../../../../', import.meta.url))
  const folder = join(clone, 'examples', `hello-${kind}`)
  if (!existsSync(folder)) {
    throw new Error(`The scaffold for a ${kind} is missing from this installation of sluice.`)
  }
  return { folder, clone }
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
