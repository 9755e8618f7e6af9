import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

/** A user's shell, with whatever Node the machine has: without what pnpm and jest have put into ours. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|pnpm_|JEST|NODE_OPTIONS|NODE_ENV|INIT_CWD)/i.test(name),
    ),
  ),
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter),
}

describe('sluice new in a clone of the repository', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-clone-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['source', 'sink', 'transform'])(
    'makes a %s package outside of it that installs, passes its suite and type-checks',
    async (kind) => {
      const made = join(folder, kind)
      const sluice = ['-y', 'pnpm@12', 'sluice', 'new', kind, 'weather', '--dir', made]
      const { stdout: said } = await run('npx', sluice, { cwd: root, env })
      expect(said).toContain('npm install\n  npm test')
      await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: made, env })
      const { stdout } = await run('npm', ['test'], { cwd: made, env })
      expect(stdout).toMatch(/pass [1-9]/)
      expect(stdout).toMatch(/fail 0/)
      await run('npm', ['run', 'check'], { cwd: made, env })
    },
    180_000,
  )
})
