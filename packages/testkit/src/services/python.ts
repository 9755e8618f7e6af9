import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { type Command, run } from './command.ts'

/** `name==version`, with extras where it needs them: `confluent-kafka[avro]==2.16.1`. */
export type PythonPackage = `${string}==${string}`

const command = 'python3'

/** Why there is no Python here, for a test to skip with; undefined where there is one. With CI=true nothing is skipped. */
export function pythonUnavailable(): string | undefined {
  if (process.env['CI'] === 'true') return undefined
  const { status } = spawnSync(command, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' })
  return status === 0
    ? undefined
    : 'there is no python3 with venv (Debian: apt install python3-venv; otherwise python.org)'
}

/** A Python that finds these packages, from PyPI by way of the cache: what to start, with which environment. */
export async function pythonWith(
  name: string,
  packages: readonly PythonPackage[],
  signal?: AbortSignal,
): Promise<Required<Pick<Command, 'command' | 'env'>>> {
  const folder = await cached(
    name,
    async (target) => {
      const logFile = join(cacheRoot(), 'logs', `${name}.log`)
      const task = `install ${packages.join(', ')} from PyPI`
      // its pip puts the packages beside it: an environment itself knows where it was made, and can't be moved
      await run({
        command,
        args: ['-m', 'venv', join(target, 'env')],
        task: 'make a Python environment',
        logFile,
        signal,
      })
      const pip = join(target, 'env', 'bin', 'python')
      const args = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--target',
        join(target, 'lib'),
      ]
      await run({ command: pip, args: [...args, ...packages], task, logFile, signal })
    },
    signal,
  )
  return { command, env: { ...process.env, PYTHONPATH: join(folder, 'lib') } }
}
