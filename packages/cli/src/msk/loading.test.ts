import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** What a file imports when it is loaded: not types, and not what it imports later. */
function importsOf(file: string): readonly string[] {
  const statements = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^']*?from '([^']+)'/gm)
  return [...statements].map(([, name]) => name!)
}

/** Everything outside of the package that is loaded with a file. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const name of importsOf(file)) {
    const path = name.startsWith('.') ? resolve(dirname(file), name) : name
    if (seen.has(path)) continue
    seen.add(path)
    if (existsSync(path)) loadedWith(path, seen)
  }
  return seen
}

describe('the AWS SDK', () => {
  it('is not loaded with the command line, nor is what uses it', () => {
    const loaded = [...loadedWith(join(here, '../program.ts'))]
    expect(loaded).toContain(join(here, 'cluster-command.ts'))
    expect(loaded.filter((name) => /^@aws-sdk|^@sluice\/msk/.test(name))).toEqual([])
  })

  it('is not loaded with @sluice/msk', () => {
    const folder = join(here, '../../../msk/src')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    expect(files.length).toBeGreaterThan(20)
    const eager = files.filter((file) =>
      importsOf(join(folder, file)).some((name) => name.startsWith('@aws-sdk')),
    )
    expect(eager).toEqual([])
  })

  it('is no dependency of the runtime', () => {
    const manifest = readFileSync(join(here, '../../../runtime/package.json'), 'utf8')
    expect(manifest).not.toMatch(/@aws-sdk|@sluice\/msk/)
  })
})
