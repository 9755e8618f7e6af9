import { compressSync } from 'snappy'
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { type CodecName, codecOf, decompress } from './codecs.ts'

const plain = Buffer.from('records '.repeat(20_000))
const names: readonly CodecName[] = ['gzip', 'snappy', 'lz4', 'zstd']

describe('codecs', () => {
  it.each(names)('%s packs and unpacks', (name) => {
    const codec = codecOf(name)
    const packed = codec.compress(plain)
    expect(packed.length).toBeLessThan(plain.length / 5)
    expect(decompress(codec.id, packed).equals(plain)).toBe(true)
    expect(decompress(codec.id, codec.compress(Buffer.alloc(0)))).toHaveLength(0)
  })

  it.each(names)('%s rejects damaged bytes', (name) => {
    const codec = codecOf(name)
    const packed = Buffer.from(codec.compress(plain))
    packed.fill(0xa5, 8, 30)
    expect(() => decompress(codec.id, packed)).toThrow()
    expect(() => decompress(codec.id, packed.subarray(0, packed.length - 8))).toThrow()
  })

  it('takes a level', () => {
    expect(codecOf('gzip', 9).compress(plain).length).toBeLessThan(codecOf('gzip', 1).compress(plain).length)
  })

  it('reads raw snappy too, as other clients write it', () => {
    expect(decompress(2, compressSync(plain)).equals(plain)).toBe(true)
  })

  it('stops before a few bytes take all memory', () => {
    const huge = Buffer.alloc(300 * 1024 * 1024)
    expect(() => decompress(1, gzipSync(huge, { level: 1 }))).toThrow()
    expect(() => decompress(4, zstdCompressSync(huge))).toThrow()
    expect(() => decompress(3, codecOf('lz4').compress(huge))).toThrow('more than')
    expect(() => decompress(2, codecOf('snappy').compress(huge))).toThrow('more than')
  })

  it('knows no other codec', () => {
    expect(() => decompress(5, deflateRawSync(plain))).toThrow("isn't known")
  })
})
