import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../bin.ts', import.meta.url))

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The command as a person has it at a shell, in a folder of its own. */
export class ConsoleScene {
  readonly folder: string
  readonly #env: Record<string, string>

  private constructor(folder: string, env: Record<string, string>) {
    this.folder = folder
    this.#env = env
  }

  static async make(env: Record<string, string> = {}): Promise<ConsoleScene> {
    return new ConsoleScene(await mkdtemp(join(tmpdir(), 'sluice-console-')), env)
  }

  /** `sluice connector ...`, until it ends. */
  async connector(args: readonly string[], input?: string): Promise<Said> {
    return this.sluice(['connector', ...args], input)
  }

  async sluice(args: readonly string[], input = ''): Promise<Said> {
    return this.run(process.execPath, ['--conditions=source', cli, ...args], input)
  }

  async run(command: string, args: readonly string[], input = ''): Promise<Said> {
    const child = spawn(command, args, { cwd: this.folder, env: { ...process.env, ...this.#env } })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    return { code: code ?? -1, out, err }
  }

  async file(name: string, content: string | object): Promise<string> {
    const path = join(this.folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  /** A `sluice` on the PATH, for shells. */
  async onPath(): Promise<string> {
    const script = `#!/bin/sh\nexec '${process.execPath}' --conditions=source '${cli}' "$@"\n`
    await writeFile(join(this.folder, 'sluice'), script, { mode: 0o755 })
    return this.folder
  }

  /** Asks again until what is said passes. Rejects with what was said last. */
  async until(args: readonly string[], passes: (said: Said) => boolean, withinMs = 60_000): Promise<Said> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const said = await this.connector(args)
      if (passes(said)) return said
      if (performance.now() > deadline)
        throw new Error(`${args.join(' ')}: ${said.code}\n${said.out}${said.err}`)
    }
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}
