import { tmpdir } from 'node:os'
import { ChunkPool, chunkBytes } from './chunk-pool.ts'
import { Spool } from './spool.ts'

const pool = new ChunkPool({ limitBytes: 4 * chunkBytes })

async function bytesOf(spool: Spool): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of spool.chunks()) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe('the bytes of a file', () => {
  it.each([0, 1000, 150_000, 10_000_000])(
    'come back as often as asked with %i bytes of memory',
    async (limitBytes) => {
      const spool = new Spool({ folder: tmpdir(), pool: new ChunkPool({ limitBytes }) })
      const all: Buffer[] = []
      for (let n = 0; n < 3000; n++) {
        const piece = Buffer.from(`${n},`.repeat(n % 50))
        all.push(piece)
        spool.add(piece)
        if (spool.isOverfull) await spool.spill()
      }
      const expected = Buffer.concat(all)
      expect(spool.size).toBe(expected.length)
      expect((await bytesOf(spool)).equals(expected)).toBe(true)
      expect((await bytesOf(spool)).equals(expected)).toBe(true)
      await spool.close()
    },
  )

  it('are copied', async () => {
    const spool = new Spool({ folder: tmpdir(), pool })
    const bytes = Buffer.from('abc')
    spool.add(bytes)
    bytes.fill('x')
    expect((await bytesOf(spool)).toString()).toBe('abc')
    await spool.close()
  })

  it('need a folder that is there', async () => {
    const spool = new Spool({ folder: '/no/such/folder', pool })
    spool.add(Buffer.from('a'))
    await expect(spool.spill()).rejects.toThrow(/\/no\/such\/folder.*buffer\.dir/)
  })

  it('take no more memory of all files together than there is, but for a chunk each', async () => {
    const shared = new ChunkPool({ limitBytes: 8 * chunkBytes })
    const spools = Array.from({ length: 20 }, () => new Spool({ folder: tmpdir(), pool: shared }))
    let most = 0
    for (let n = 0; n < 400; n++) {
      const spool = spools[n % spools.length]!
      spool.add(Buffer.alloc(50_000))
      if (spool.isOverfull) await spool.spill()
      most = Math.max(
        most,
        spools.reduce((sum, { inMemory }) => sum + inMemory, 0),
      )
    }
    expect(spools.every(({ size }) => size === 1_000_000)).toBe(true)
    expect(most).toBeLessThan((8 + 20) * chunkBytes)
    for (const spool of spools) await spool.close()
  })
})
