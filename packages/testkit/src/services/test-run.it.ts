import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { isRunning } from './processes.ts'

const here = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href)

describe('a run of tests', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'sluice-run-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  // a run is a process: its lock dies with it
  function run(body: string) {
    const script = `
      import { beginTestRun, endTestRun, testRunFolder } from ${here('test-run.ts')}
      import { sharedServices } from ${here('shared-services.ts')}
      await beginTestRun({ root: ${JSON.stringify(root)} })
      ${body}`
    const { SLUICE_TEST_SERVICES: _, ...env } = process.env
    return spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }
  const startPostgres = 'await sharedServices().postgres();'
  const pidOfPostgres = `
    const { daemonsIn } = await import(${here('daemon.ts')})
    console.log(String(await daemonsIn(testRunFolder() + '/postgres')));`

  it('leaves no server and no folder when it ends', async () => {
    const pid = Number(await text(run(`${startPostgres} ${pidOfPostgres} await endTestRun()`).stdout))
    expect(pid).toBeGreaterThan(0)
    expect(isRunning(pid, root)).toBe(false)
    expect(await readdir(root)).toEqual(['runs.lock'])
  }, 120_000)

  it('stops what an interrupted run has left, and nothing of one that lives', async () => {
    const interrupted = run(`${startPostgres} ${pidOfPostgres} process.kill(process.pid, 'SIGKILL')`)
    const leftover = Number(await text(interrupted.stdout))
    expect(isRunning(leftover, root)).toBe(true)

    const living = run(`${startPostgres} ${pidOfPostgres} setInterval(() => {}, 1000)`)
    try {
      const [line] = (await once(living.stdout, 'data')) as [Buffer]
      const used = Number(line.toString())
      expect(isRunning(leftover, root)).toBe(false)

      await text(run('await endTestRun()').stdout)
      expect(isRunning(used, root)).toBe(true)
    } finally {
      living.kill('SIGKILL')
    }
    await text(run('await endTestRun()').stdout)
    expect(await readdir(root)).toEqual(['runs.lock'])
  }, 120_000)
})
