import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { run } from './command.ts'

/** Why nothing can be built of Rust here, for a test to skip with; undefined where it can. With CI=true nothing is skipped. */
export function cargoUnavailable(): string | undefined {
  if (process.env['CI'] === 'true') return undefined
  const { status } = spawnSync('cargo', ['--version'], { stdio: 'ignore' })
  return status === 0 ? undefined : 'there is no cargo (rustup.rs)'
}

export interface Crate {
  /** Has Cargo.toml, Cargo.lock and src/main.rs. */
  readonly folder: string
  /** The package's name, which is the program's. */
  readonly name: string
  readonly signal?: AbortSignal | undefined
}

/** The path of a program built of a crate, by way of the cache: built once for each content of its three files. Minutes the first time. */
export async function cargoProgram({ folder, name, signal }: Crate): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['Cargo.toml', 'Cargo.lock', 'src/main.rs'])
    hash.update(await readFile(join(folder, file)))
  const version = `${name}-${hash.digest('hex').slice(0, 8)}`
  const built = await cached(
    version,
    async (target) => {
      const work = join(target, 'target')
      await mkdir(work)
      await run({
        command: 'cargo',
        args: ['build', '--locked', '--quiet', '--manifest-path', join(folder, 'Cargo.toml')],
        env: { ...process.env, CARGO_TARGET_DIR: work },
        task: `build ${name}`,
        logFile: join(cacheRoot(), 'logs', `${version}.log`),
        signal,
      })
      await copyFile(join(work, 'debug', name), join(target, name))
      await rm(work, { recursive: true })
    },
    signal,
  )
  return join(built, name)
}
