import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { run } from './command.ts'

/** A folder with the classes of these sources, compiled once for each state of them. */
export async function javaClasses(
  name: string,
  how: {
    readonly javac: string
    readonly sources: readonly string[]
    readonly classPath: string
    readonly signal?: AbortSignal | undefined
  },
): Promise<string> {
  const { javac, sources, classPath, signal } = how
  const hash = createHash('sha256').update(classPath)
  for (const source of sources) hash.update(await readFile(source))
  const folder = `${name}-${hash.digest('hex').slice(0, 12)}`
  return cached(
    folder,
    (target) =>
      run({
        command: javac,
        args: ['-nowarn', '-cp', classPath, '-d', target, ...sources],
        task: `compile ${name}`,
        logFile: join(cacheRoot(), 'logs', `${folder}.log`),
        signal,
      }),
    signal,
  )
}
