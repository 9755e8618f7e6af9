import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { withLock } from './lock.ts'

/** `$SLUICE_CACHE`, else `sluice` in `$XDG_CACHE_HOME`, else `~/.cache/sluice`: shared by all clones and runs. */
export function cacheRoot(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env['SLUICE_CACHE']) return resolve(env['SLUICE_CACHE'])
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sluice')
}

/**
 * The folder `name` of the cache, filled once. `fill` writes into an empty folder that takes its name only when `fill`
 * is done, so a cut-off download is never taken for a whole one. Two processes don't fill at once: the tools that
 * download share folders of their own that don't bear it.
 */
export async function cached(
  name: string,
  fill: (folder: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(cacheRoot(), name)
  if (existsSync(folder)) return folder
  const download = async () => {
    if (existsSync(folder)) return
    const temporary = `${folder}.${randomUUID()}.tmp`
    try {
      await mkdir(temporary, { recursive: true })
      await fill(temporary)
      await mkdir(dirname(folder), { recursive: true })
      await rename(temporary, folder)
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  }
  await withLock(join(cacheRoot(), 'download.lock'), download, { signal })
  return folder
}
