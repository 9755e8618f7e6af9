import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readable } from '../../packages/runtime/src/telemetry/logger.ts'

const cli = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url))

/** The `sluice` command in a process of its own, and what it prints as a person at a terminal reads it, without times. */
export class SluiceProcess {
  readonly #child: ChildProcess
  #log = ''
  #errors = ''

  constructor(args: readonly string[], cwd: string) {
    this.#child = spawn(process.execPath, ['--conditions=source', cli, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.#log += text))
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#errors += text))
  }

  /** The log. */
  get logged(): string {
    const lines = this.#log.split('\n').slice(0, -1)
    return lines.map((line) => `${withoutTime(line)}\n`).join('')
  }

  /** What is said apart from the log: why it ends. */
  get complaint(): string {
    return this.#errors
  }

  /** Waits until it has logged that, has ended, or `ms` have passed. */
  async untilLogged(text: string, ms: number): Promise<void> {
    const deadline = performance.now() + ms
    while (!this.logged.includes(text) && this.exitCode === undefined && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  get exitCode(): number | undefined {
    return this.#child.exitCode ?? undefined
  }

  /** Asks it to stop unless it has ended; resolves when all that it has printed was read. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGTERM')
    const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), 20_000)
    await closed
    clearTimeout(tooLong)
  }

  /** Resolves when it has ended by itself; kills it and rejects after `ms`. */
  async ended(ms: number): Promise<void> {
    if (this.#child.exitCode !== null) return
    try {
      await once(this.#child, 'close', { signal: AbortSignal.timeout(ms) })
    } catch (cause) {
      this.#child.kill('SIGKILL')
      throw new Error(`It has not ended within ${ms} ms:\n${this.logged}`, { cause })
    }
  }
}

function withoutTime(line: string): string {
  try {
    return readable(line, (_, text) => text).replace(/^\S+ /, '')
  } catch {
    return line
  }
}
