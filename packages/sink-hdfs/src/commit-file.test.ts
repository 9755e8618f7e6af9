import { memoryLogger } from '@sluice/testkit'
import { type CommitTools, upload } from './commit-file.ts'
import { WebHdfsError } from './webhdfs/webhdfs-error.ts'

const body = { size: 3, chunks: () => [Buffer.from('abc')] }
const file = { body, ownFolder: '/tmp/own', folder: '/t', name: 'f' }
const there = (size: number): { name: string; type: 'FILE'; size: number } => ({
  name: '',
  type: 'FILE',
  size,
})

/** Tries to upload for as long as a few turns of the event loop last, and counts the files made. */
async function triesOf(create: () => Promise<{ lax: boolean }>): Promise<number> {
  const stopping = new AbortController()
  let tries = 0
  const client: CommitTools['client'] = {
    create: () => {
      tries++
      return create()
    },
    status: (path) => Promise.resolve(there(path.startsWith('/tmp/own/owner') ? 0 : 2)),
    rename: () => Promise.resolve(true),
    mkdirs: () => Promise.resolve(),
  }
  const tools = { client, signal: stopping.signal, log: memoryLogger(), backoffMs: 60_000 }
  const uploaded = upload(file, tools).catch(() => undefined)
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  stopping.abort()
  await uploaded
  return tries
}

describe('an upload that has to be repeated', () => {
  it('waits before, where only a part of the file arrived', async () => {
    expect(await triesOf(() => Promise.resolve({ lax: false }))).toBe(1)
  })

  it('waits before, where the folder was not found though it is there', async () => {
    const missing = new WebHdfsError('no folder', { outcome: 'answered', exception: 'FileNotFoundException' })
    expect(await triesOf(() => Promise.reject(missing))).toBe(1)
  })
})
