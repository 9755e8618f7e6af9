import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { eventually, WaitIsVain } from './waiting.ts'

export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  /** How long to wait for whoever has it. Default 15 minutes: it may be downloading. */
  readonly deadlineMs?: number
}

/** Runs `body` while no other process, and nobody else in this one, holds the lock of this file. */
export async function withLock<T>(
  path: string,
  body: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lock = await takeLock(path, options)
  try {
    return await body()
  } finally {
    lock[Symbol.dispose]()
  }
}

/**
 * Takes the lock of this file until it is disposed of. The operating system lets go of it when its holder dies, however
 * it dies: SQLite locks its file by fcntl, the only lock of that kind that Node has without a native module.
 */
export async function takeLock(
  path: string,
  { signal, deadlineMs = 900_000 }: LockOptions = {},
): Promise<Disposable> {
  await mkdir(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    await eventually(() => take(database, path), { everyMs: 100, deadlineMs, signal })
  } catch (error) {
    database.close()
    throw error
  }
  return {
    [Symbol.dispose]() {
      database.close()
    },
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
