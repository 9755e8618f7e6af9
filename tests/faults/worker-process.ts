import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url))

export interface WorkerFiles {
  readonly dir: string
  readonly worker: Readonly<Record<string, string>>
  readonly connectors: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** One of a cluster takes no files of connectors. */
  readonly mode?: 'standalone' | 'distributed'
}

/** `sluice standalone` (or `distributed`) in a process of its own, as a user runs it, to be killed and frozen. Its configuration stays on disk. */
export class WorkerProcess {
  readonly restUrl: string
  readonly logFile: string
  readonly #arguments: readonly string[]
  #child: ChildProcess | undefined

  private constructor(how: { arguments: readonly string[]; restUrl: string; logFile: string }) {
    this.#arguments = how.arguments
    this.restUrl = how.restUrl
    this.logFile = how.logFile
  }

  static async prepare(files: WorkerFiles, restPort: number): Promise<WorkerProcess> {
    const dir = resolve(files.dir)
    await mkdir(dir, { recursive: true })
    const settings = { ...files.worker, listeners: `http://127.0.0.1:${restPort}` }
    const workerFile = join(dir, 'worker.properties')
    await writeFile(
      workerFile,
      Object.entries(settings)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    )
    const connectorFiles = Object.entries(files.connectors).map(async ([name, config]) => {
      const file = join(dir, `${name}.json`)
      await writeFile(file, JSON.stringify({ name, config }))
      return file
    })
    return new WorkerProcess({
      arguments: [files.mode ?? 'standalone', workerFile, ...(await Promise.all(connectorFiles))],
      restUrl: `http://127.0.0.1:${restPort}`,
      logFile: join(dir, 'worker.log'),
    })
  }

  /** Starts it; `failpoints` such as `hdfs:before-rename:2` kill it at the second passing of that point. */
  start(failpoints = ''): void {
    const log = openSync(this.logFile, 'a')
    this.#child = spawn(process.execPath, ['--conditions=source', cli, ...this.#arguments], {
      stdio: ['ignore', log, log],
      env: { ...process.env, SLUICE_FAILPOINTS: failpoints },
    })
    closeSync(log)
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when the process has ended, true within `ms`. */
  async ended(ms: number): Promise<boolean> {
    if (!this.running) return true
    const timeout = AbortSignal.timeout(ms)
    return once(this.#child!, 'exit', { signal: timeout }).then(
      () => true,
      () => false,
    )
  }

  /** Resolves when the process was killed, true within `ms`. Throws if it ends otherwise: nothing that a test does lets a worker give up. */
  async killed(ms: number): Promise<boolean> {
    if (!(await this.ended(ms))) return false
    const { exitCode } = this.#child!
    if (exitCode !== null) throw new Error(`The worker ended with ${exitCode}; see ${this.logFile}.`)
    return true
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.ended(10_000)
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Asks for a graceful stop; resolves with the exit code, or kills it after 30 s and gives null. */
  async stop(): Promise<number | null> {
    if (!this.running) return this.#child?.exitCode ?? null
    this.#child!.kill('SIGTERM')
    if (!(await this.ended(30_000))) await this.kill()
    return this.#child!.exitCode
  }

  /** The states of all tasks by connector, or undefined while REST doesn't answer. */
  async states(): Promise<Record<string, readonly string[]> | undefined> {
    try {
      const answer = await fetch(`${this.restUrl}/connectors?expand=status`, {
        signal: AbortSignal.timeout(2_000),
      })
      const body = (await answer.json()) as Record<
        string,
        { status: { tasks: readonly { state: string }[] } }
      >
      return Object.fromEntries(
        Object.entries(body).map(([name, { status }]) => [name, status.tasks.map(({ state }) => state)]),
      )
    } catch {
      return undefined
    }
  }

  async untilRunning(connectors: number, ms = 60_000): Promise<void> {
    const deadline = Date.now() + ms
    for (;;) {
      const states = await this.states()
      const tasks = states && Object.values(states)
      if (
        tasks?.length === connectors &&
        tasks.every((one) => one.length > 0 && one.every((state) => state === 'RUNNING'))
      )
        return
      if (!this.running) throw new Error(`The worker has ended; see ${this.logFile}.`)
      if (Date.now() > deadline)
        throw new Error(`Not all tasks run after ${ms} ms: ${JSON.stringify(states)}; see ${this.logFile}.`)
      await sleep(200)
    }
  }
}
