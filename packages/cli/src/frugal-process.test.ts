import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

interface Told {
  readonly pid: number
  readonly arenas?: string
  readonly mapped?: string
  readonly flags: readonly string[]
  readonly args: readonly string[]
}

let dir: string
let file: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'frugal-'))
  file = join(dir, 'program.mjs')
  const source = new URL('./frugal-process.ts', import.meta.url).href
  await writeFile(
    file,
    `import { becomeFrugal } from ${JSON.stringify(source)}
    const { pid, env, execArgv: flags } = process
    const tell = () => console.log(JSON.stringify({ pid, arenas: env.MALLOC_ARENA_MAX, mapped: env.MALLOC_MMAP_THRESHOLD_, flags, args: process.argv.slice(2) }))
    tell()
    becomeFrugal()
    tell()`,
  )
})
afterAll(() => rm(dir, { recursive: true }))

/** What the program tells before and after; three times where it was started anew in between. */
async function run(
  how: { readonly env?: Readonly<Record<string, string>>; readonly flags?: readonly string[] } = {},
): Promise<{ readonly told: readonly Told[]; readonly stderr: string }> {
  const { MALLOC_ARENA_MAX: _arenas, NODE_OPTIONS: _options, ...env } = process.env
  const args = [...(how.flags ?? []), file, 'worker.properties']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env: { ...env, ...how.env },
  })
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
  return { told, stderr }
}

const onLinux = process.platform === 'linux' ? it : it.skip

describe('becomeFrugal', () => {
  onLinux('starts the program anew, once, with its pid and arguments, without a word', async () => {
    const { told, stderr } = await run()
    expect(told).toHaveLength(3)
    expect(new Set(told.map(({ pid }) => pid)).size).toBe(1)
    expect(told[2]).toMatchObject({
      arenas: '1',
      mapped: '131072',
      flags: ['--max-semi-space-size=2', '--heap-growing-percent=30'],
      args: ['worker.properties'],
    })
    expect(stderr).toBe('')
  })

  onLinux("keeps the user's own flags, of the command line and of NODE_OPTIONS", async () => {
    const { told } = await run({
      flags: ['--max_semi_space_size=8'],
      env: { NODE_OPTIONS: '--no-deprecation' },
    })
    expect(told.at(-1)?.flags).toEqual(['--max_semi_space_size=8', '--heap-growing-percent=30'])
    const byOptions = await run({ env: { NODE_OPTIONS: '--max-semi-space-size=8' } })
    expect(byOptions.told.at(-1)?.flags).toEqual(['--heap-growing-percent=30'])
    const byEnvironment = await run({ env: { MALLOC_MMAP_THRESHOLD_: '65536' } })
    expect(byEnvironment.told.at(-1)).toMatchObject({ arenas: '1', mapped: '65536' })
  })

  it('leaves a program alone whose user has decided about arenas', async () => {
    const { told } = await run({ env: { MALLOC_ARENA_MAX: '4' } })
    expect(told).toHaveLength(2)
    expect(told.at(-1)).toMatchObject({ arenas: '4', flags: [] })
  })
})
