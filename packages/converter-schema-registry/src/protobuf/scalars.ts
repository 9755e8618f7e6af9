import type { ByteWriter } from '../byte-writer.ts'
import type { ScalarKind } from './message-type.ts'
import type { ProtoReader } from './proto-reader.ts'

/** How Protobuf writes a value: as varint, in eight bytes, with a length, in four bytes. */
export const wire = { varint: 0, eight: 1, sized: 2, four: 5 } as const

export interface Scalar {
  readonly wire: number
  /** What an absent field without presence stands for. */
  readonly zero: unknown
  /** Is it the value that is left out? */
  readonly isZero: (value: never) => boolean
  readonly write: (out: ByteWriter, value: never) => void
  readonly read: (from: ProtoReader) => unknown
}

const number32 = {
  zero: 0,
  isZero: (value: number) => value === 0,
}
const number64 = {
  zero: 0n,
  isZero: (value: bigint) => value === 0n,
}

/** Protobuf's scalar types. Values are those of Connect: whole numbers of 32 bits as number, all others as bigint. */
export const scalars: Readonly<Record<ScalarKind, Scalar>> = {
  int32: {
    ...number32,
    wire: wire.varint,
    // negative ones take ten bytes, as those of 64 bits
    write: (out, value: number) => (value < 0 ? out.varint64(BigInt(value)) : out.varint(value)),
    read: (from) => from.int32OfVarint(),
  },
  sint32: {
    ...number32,
    wire: wire.varint,
    write: (out, value: number) => out.varint(value >= 0 ? value * 2 : -value * 2 - 1),
    read: (from) => unzigzag(from.int32OfVarint()),
  },
  sfixed32: {
    ...number32,
    wire: wire.four,
    write: (out, value: number) => out.fixed32(value),
    read: (from) => from.int32(),
  },
  uint32: {
    ...number64,
    wire: wire.varint,
    write: (out, value: bigint) => out.varint64(BigInt.asUintN(32, value)),
    read: (from) => BigInt.asUintN(32, from.varint()),
  },
  fixed32: {
    ...number64,
    wire: wire.four,
    write: (out, value: bigint) => out.fixed32(Number(BigInt.asIntN(32, value))),
    read: (from) => BigInt(from.int32() >>> 0),
  },
  int64: {
    ...number64,
    wire: wire.varint,
    write: (out, value: bigint) => out.varint64(value),
    read: (from) => signed64(from.varint()),
  },
  uint64: {
    ...number64,
    wire: wire.varint,
    write: (out, value: bigint) => out.varint64(value),
    // as in Java, which has no type for it: the upper half is negative
    read: (from) => signed64(from.varint()),
  },
  sint64: {
    ...number64,
    wire: wire.varint,
    write: (out, value: bigint) => out.varint64((value << 1n) ^ (value >> 63n)),
    read: (from) => {
      const value = from.varint()
      return (value >> 1n) ^ -(value & 1n)
    },
  },
  fixed64: {
    ...number64,
    wire: wire.eight,
    write: (out, value: bigint) => out.fixed64(value),
    read: (from) => from.int64(),
  },
  sfixed64: {
    ...number64,
    wire: wire.eight,
    write: (out, value: bigint) => out.fixed64(value),
    read: (from) => from.int64(),
  },
  float: {
    zero: 0,
    isZero: (value: number) => Object.is(value, 0),
    wire: wire.four,
    write: (out, value: number) => out.float(value),
    read: (from) => from.float(),
  },
  double: {
    zero: 0,
    isZero: (value: number) => Object.is(value, 0),
    wire: wire.eight,
    write: (out, value: number) => out.double(value),
    read: (from) => from.double(),
  },
  bool: {
    zero: false,
    isZero: (value: boolean) => !value,
    wire: wire.varint,
    write: (out, value: boolean) => out.byte(value ? 1 : 0),
    read: (from) => from.uint() !== 0,
  },
  string: {
    zero: '',
    isZero: (value: string) => value === '',
    wire: wire.sized,
    write: (out, value: string) => {
      const length = Buffer.byteLength(value)
      out.varint(length)
      out.utf8(value, length)
    },
    read: (from) => from.text(),
  },
  bytes: {
    zero: new Uint8Array(0),
    isZero: (value: Uint8Array) => value.length === 0,
    wire: wire.sized,
    write: (out, value: Uint8Array) => {
      out.varint(value.length)
      out.put(value)
    },
    read: (from) => new Uint8Array(from.sized()),
  },
}

function signed64(value: bigint): bigint {
  return value < 1n << 63n ? value : BigInt.asIntN(64, value)
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1)
}
