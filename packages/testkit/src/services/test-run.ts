import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { killDaemonsIn } from './daemon.ts'
import { takeLock, withLock } from './lock.ts'

/** Names the folder of the run's servers for the processes that run the tests. */
const variable = 'SLUICE_TEST_SERVICES'

const defaultRoot = join('.sluice', 'test-services')

/** The lock says to other runs that this one lives. It must not be collected, which would release it. */
const held = new Map<string, Disposable>()

/**
 * Makes a folder for the servers of this run of tests; none is started yet. Servers that an interrupted run has left
 * behind are stopped first. Where SLUICE_TEST_SERVICES already names a folder, that one is used and its servers are
 * neither stopped now nor by `endTestRun`: the next run finds them warm.
 */
export async function beginTestRun({ root = defaultRoot }: { readonly root?: string } = {}): Promise<void> {
  if (process.env[variable]) return
  const dir = join(resolve(root), randomUUID().slice(0, 8))
  // a run that begins at the same moment must not take this one's folder, not locked yet, for a leftover
  await withLock(join(resolve(root), 'runs.lock'), async () => {
    await stopLeftovers(resolve(root))
    held.set(dir, await takeLock(ownerLock(dir)))
  })
  process.env[variable] = dir
}

/** Stops all servers of the run and removes their data. */
export async function endTestRun(): Promise<void> {
  for (const [dir, lock] of held) {
    await discard(dir)
    lock[Symbol.dispose]()
    held.delete(dir)
    if (process.env[variable] === dir) delete process.env[variable]
  }
}

/** The folder of this run's servers. */
export function testRunFolder(): string {
  const dir = process.env[variable]
  if (dir) return dir
  throw new Error(
    `${variable} is not set: the tests that use real servers run under Jest with testkit's global set-up ` +
      '(globalSetup: @sluice/testkit/jest-global-setup), or with that variable naming a folder for the servers.',
  )
}

async function stopLeftovers(root: string): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true })
  for (const run of entries.filter((entry) => entry.isDirectory())) {
    const dir = join(root, run.name)
    const lock = await takeLock(ownerLock(dir), { deadlineMs: 0 }).catch(() => undefined)
    if (!lock) continue
    try {
      await discard(dir)
    } finally {
      lock[Symbol.dispose]()
    }
  }
}

async function discard(dir: string): Promise<void> {
  // the run's servers, and those of a whole stack that a test has started
  await killDaemonsIn(dir, { depth: 2 })
  await rm(dir, { recursive: true, force: true })
}

function ownerLock(dir: string): string {
  return join(dir, 'owner.lock')
}
