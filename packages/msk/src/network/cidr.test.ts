import fc from 'fast-check'
import { type Cidr, cidrText, contains, firstBlocks, ipv6Block, overlap, parseCidr, sizeOf } from './cidr.ts'

const block = (least = 0, most = 32): fc.Arbitrary<Cidr> =>
  fc.tuple(fc.nat(0xffffffff), fc.integer({ min: least, max: most })).map(([address, prefix]) => {
    const size = 2 ** (32 - prefix)
    return { base: Math.floor(address / size) * size, prefix }
  })

describe('a block of addresses', () => {
  it('is read as it is written', () => {
    fc.assert(fc.property(block(), (one) => expect(parseCidr(cidrText(one))).toEqual(one)))
  })

  it.each([
    ['10.0.0.0/16', { base: 0x0a000000, prefix: 16 }],
    ['255.255.255.255/32', { base: 0xffffffff, prefix: 32 }],
    ['0.0.0.0/0', { base: 0, prefix: 0 }],
  ])('%s', (text, expected) => {
    expect(parseCidr(text)).toEqual(expected)
  })

  it.each(['10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', '10.0.0/16', 'ten', '10.0.0.0/16 ', ''])(
    'is not %j',
    (text) => {
      expect(() => parseCidr(text)).toThrow('is no block of addresses, which looks like 10.0.0.0/16')
    },
  )

  it('begins where it begins', () => {
    expect(() => parseCidr('10.0.1.0/16')).toThrow(
      '10.0.1.0/16 begins within a block; the block is 10.0.0.0/16',
    )
  })

  it('overlaps another exactly where an address is in both', () => {
    // small ones in a small place, so that all addresses can be tried
    const small = fc.tuple(fc.nat(63), fc.integer({ min: 26, max: 32 })).map(([address, prefix]) => {
      const size = 2 ** (32 - prefix)
      return { base: Math.floor(address / size) * size, prefix }
    })
    const addressesOf = (one: Cidr): readonly number[] =>
      Array.from({ length: sizeOf(one) }, (_, index) => one.base + index)
    fc.assert(
      fc.property(small, small, (a, b) => {
        const [inA, inB] = [addressesOf(a), addressesOf(b)]
        expect(overlap(a, b)).toBe(inA.some((address) => inB.includes(address)))
        expect(contains(a, b)).toBe(inB.every((address) => inA.includes(address)))
      }),
    )
  })
})

describe('blocks within a block', () => {
  const wanted = fc
    .tuple(block(8, 26), fc.integer({ min: 2, max: 6 }))
    .chain(([outer, more]) =>
      fc.tuple(fc.constant(outer), fc.constant(outer.prefix + more), fc.integer({ min: 1, max: 2 ** more })),
    )

  it('lie inside, don’t overlap, begin where blocks begin, and are as many as asked for', () => {
    fc.assert(
      fc.property(wanted, ([outer, prefix, count]) => {
        const blocks = firstBlocks(outer, prefix, count)
        expect(blocks).toHaveLength(count)
        for (const [index, one] of blocks.entries()) {
          expect(contains(outer, one)).toBe(true)
          expect(parseCidr(cidrText(one))).toEqual(one)
          expect(blocks.slice(index + 1).some((other) => overlap(one, other))).toBe(false)
        }
      }),
    )
  })

  it('are refused where there is no room', () => {
    expect(() => firstBlocks(parseCidr('10.0.0.0/24'), 25, 3)).toThrow(
      '10.0.0.0/24 has no room for 3 blocks of /25',
    )
    expect(() => firstBlocks(parseCidr('10.0.0.0/24'), 23, 1)).toThrow('no room')
  })
})

describe('a /64 of IPv6', () => {
  it('is one of the 256 of the VPC, each another', () => {
    const of = (index: number): string => ipv6Block('2600:1f16:abc:de00::/56', index)
    expect([of(0), of(1), of(255)]).toEqual([
      '2600:1f16:abc:de00::/64',
      '2600:1f16:abc:de01::/64',
      '2600:1f16:abc:deff::/64',
    ])
    expect(new Set(Array.from({ length: 256 }, (_, index) => of(index))).size).toBe(256)
  })

  it('is refused of anything but a /56', () => {
    for (const text of ['2600::/48', '10.0.0.0/16', '2600:1:2:3:4::/56'])
      expect(() => ipv6Block(text, 0)).toThrow('is no /56 of IPv6 addresses')
    expect(() => ipv6Block('2600:1f16:abc:de00::/56', 256)).toThrow('is no /56')
  })
})
