import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeLock, withLock } from './lock.ts'

describe('a lock', () => {
  let dir: string
  let path: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-lock-'))
    path = join(dir, 'a.lock')
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('lets one in at a time', async () => {
    let inside = 0
    let most = 0
    const visit = () =>
      withLock(path, async () => {
        most = Math.max(most, ++inside)
        await new Promise(setImmediate)
        inside--
      })
    await Promise.all([visit(), visit(), visit()])
    expect(most).toBe(1)
  })

  it('says that it is held where it can not wait', async () => {
    const held = await takeLock(path)
    await expect(takeLock(path, { deadlineMs: 0 })).rejects.toThrow(/is held by another process/)
    held[Symbol.dispose]()
    const again = await takeLock(path, { deadlineMs: 0 })
    again[Symbol.dispose]()
  })

  it('is free again after a body that failed', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withLock(path, async () => 'yes', { deadlineMs: 0 })).toBe('yes')
  })
})
