import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { eventually, WaitIsVain } from './waiting.ts'

/**
 * Runs `body` while no other process (and nobody else in this one) holds the lock of this file. The operating system
 * lets go of it when its holder dies, however it dies: SQLite locks its file by fcntl, the only lock of that kind that
 * Node has without a native module.
 */
export async function withLock<T>(
  path: string,
  body: () => Promise<T>,
  {
    signal,
    deadlineMs = 900_000,
  }: { readonly signal?: AbortSignal | undefined; readonly deadlineMs?: number } = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    await eventually(() => take(database, path), { everyMs: 100, deadlineMs, signal })
    return await body()
  } finally {
    database.close()
  }
}

function take(database: DatabaseSync, path: string): void {
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    const busy = 5
    if ((error as { readonly errcode?: number }).errcode === busy) {
      throw new Error(`${path} is held by another process`, { cause: error })
    }
    throw new WaitIsVain(`can't lock ${path}: ${(error as Error).message}`, { cause: error })
  }
}
