import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DaemonOptions, daemon, daemonsIn, stopDaemonsIn } from './daemon.ts'
import { together } from './daemons.ts'
import { family, isRunning } from './processes.ts'
import { writeState } from './state-file.ts'

describe('a daemon', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-daemon-'))
  })
  afterEach(async () => {
    await stopDaemonsIn(dir)
    await rm(dir, { recursive: true })
  })

  /** Runs a script that gets a file's name; it is ready when it has made that file. */
  function scripted(script: string, options: Partial<DaemonOptions> = {}) {
    const file = join(dir, 'made')
    return daemon({
      name: 'scripted',
      dir,
      command: process.execPath,
      args: ['-e', script, file],
      mark: file,
      ready: async () => {
        if (!existsSync(file)) throw new Error('the file is not there yet')
      },
      ...options,
    })
  }
  const make = 'require("fs").writeFileSync(process.argv[1], "");'
  const live = 'setInterval(() => {}, 1000);'

  it('is found by another who knows only its folder', async () => {
    await scripted(make + live).start()
    const again = scripted(make + live)
    const pid = again.pid()
    expect(pid).toBeGreaterThan(0)
    await again.start()
    expect(again.pid()).toBe(pid)
    expect(await daemonsIn(dir)).toEqual([pid])
    await again.stop()
    expect(await daemonsIn(dir)).toEqual([])
  })

  it('is not taken for another process that has its pid now', async () => {
    const gone = scripted(make + live)
    await gone.start()
    const pid = gone.pid()
    await gone.kill()
    const record = { pid: process.pid, mark: join(dir, 'made'), stopSignal: 'SIGTERM' }
    await writeState(join(dir, 'scripted.daemon.json'), record)
    expect(pid).toBeDefined()
    expect(gone.pid()).toBeUndefined()
    // would end this very process
    await gone.stop()
  })

  it('that dies at once is an error with the end of its log', async () => {
    const failing = scripted('console.error("no such setting: colour"); process.exit(3)')
    await expect(failing.start()).rejects.toThrow(
      /scripted did not start: the process ended\.\nLog: .*scripted\.log\n[^]*no such setting: colour/,
    )
    expect(failing.pid()).toBeUndefined()
  })

  it('whose program is missing is an error that names it', async () => {
    await expect(scripted('', { command: '/no/such/program' }).start()).rejects.toThrow(/\/no\/such\/program/)
  })

  it('is killed when its start is called off', async () => {
    const never = scripted(live)
    const controller = new AbortController()
    const starting = never.start({ signal: controller.signal })
    setTimeout(() => controller.abort(new Error('called off')), 200)
    await expect(starting).rejects.toThrow('called off')
    expect(never.pid()).toBeUndefined()
  })

  it('ends in order when it is stopped, even while frozen', async () => {
    const orderly = 'process.on("SIGTERM", () => { console.log("in order"); process.exit() });'
    const frozen = scripted(orderly + make + live)
    await frozen.start()
    frozen.pause()
    await frozen.stop()
    expect(frozen.pid()).toBeUndefined()
  })

  it('takes its children along when it is killed', async () => {
    const child =
      'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", process.argv[1] + "-child"]).on("spawn", () => {'
    const parent = scripted(`${child}${make}}); ${live}`)
    await parent.start()
    const pids = family(parent.pid() ?? 0)
    expect(pids).toHaveLength(2)
    await parent.kill()
    for (const pid of pids) expect(isRunning(pid, join(dir, 'made'))).toBe(false)
  })

  it('that fails to start ends the wait for those that start with it', async () => {
    const never = scripted(live, { name: 'never' })
    const failing = scripted('process.exit(1)', { name: 'failing' })
    await expect(together([never, failing]).start()).rejects.toThrow(/failing did not start/)
    expect(never.pid()).toBeUndefined()
  })
})
