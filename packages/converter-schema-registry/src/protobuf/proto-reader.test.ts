import { kindOf } from '@sluice/template'
import fc from 'fast-check'
import { ByteWriter } from '../byte-writer.ts'
import { ProtoReader } from './proto-reader.ts'

function varint(value: bigint): Buffer {
  const out = new ByteWriter()
  out.varint64(value)
  return out.take()
}

/** Numbers of every length. */
const any = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(63))
  .map(([value, shift]) => value >> BigInt(shift))

describe('varints', () => {
  it('are read as they were written, whatever is wanted of them', () => {
    fc.assert(
      fc.property(any, (value) => {
        const bytes = varint(value)
        expect(new ProtoReader(bytes).varint()).toBe(value)
        expect(new ProtoReader(bytes).uint()).toBe(Number(value))
        expect(new ProtoReader(bytes).int32OfVarint()).toBe(Number(BigInt.asIntN(32, value)))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['80808080808080808001', 2n ** 63n],
    ['ffffffffffffffffff01', 2n ** 64n - 1n],
    // longer than it needs to be
    ['8000', 0n],
    ['81808080808080808000', 1n],
  ])('%s is %d', (hex, value) => {
    const reader = new ProtoReader(Buffer.from(hex, 'hex'))
    expect(reader.varint()).toBe(value)
    expect(reader.done).toBe(true)
  })

  it.each(['', '80', 'ffffff', 'ffffffffffffffffff', '8080808080808080808000', 'ffffffffffffffffffff01'])(
    '"%s" is none',
    (hex) => {
      for (const read of ['varint', 'uint', 'int32OfVarint'] as const) {
        let error: unknown
        try {
          new ProtoReader(Buffer.from(hex, 'hex'))[read]()
        } catch (thrown) {
          error = thrown
        }
        expect(kindOf(error)).toBe('record')
      }
    },
  )

  it('stop at the end of the message within which they are', () => {
    const inner = new ProtoReader(Buffer.from('0180ff01', 'hex')).within()
    expect(() => inner.varint()).toThrow('an end in the middle of a value')
    expect(() => new ProtoReader(Buffer.from('05ff', 'hex')).within()).toThrow('more than there is')
  })
})
