import { tmpdir } from 'node:os'
import { ChunkPool } from './chunk-pool.ts'
import { Spool } from './spool.ts'

const pool = new ChunkPool({ most: 4 })

async function bytesOf(spool: Spool): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of spool.chunks()) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe('the bytes of a file', () => {
  it.each([0, 1000, 50_000, 10_000_000])(
    'come back as often as asked with %i bytes of memory',
    async (memoryBytes) => {
      const spool = new Spool({ folder: tmpdir(), memoryBytes, pool })
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
    const spool = new Spool({ folder: tmpdir(), memoryBytes: 1000, pool })
    const bytes = Buffer.from('abc')
    spool.add(bytes)
    bytes.fill('x')
    expect((await bytesOf(spool)).toString()).toBe('abc')
    await spool.close()
  })

  it('need a folder that is there', async () => {
    const spool = new Spool({ folder: '/no/such/folder', memoryBytes: 0, pool })
    spool.add(Buffer.from('a'))
    await expect(spool.spill()).rejects.toThrow(/\/no\/such\/folder.*buffer\.dir/)
  })
})
