import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Temp file, fsync, rename, fsync of the folder: a power cut leaves the old file or the new one. `beforeRename` is awaited when all is ready; where
 * it rejects, the old file stays.
 */
export async function replaceFile(
  path: string,
  bytes: Buffer | string,
  beforeRename?: () => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await writeDurably(temporary, bytes)
  try {
    await beforeRename?.()
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await rename(temporary, path)
  const folder = await open(dirname(path))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function writeDurably(path: string, bytes: Buffer | string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
