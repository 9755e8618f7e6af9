import { RecordError } from './errors.ts'

const plainNotation = /^([+-]?)(\d+)(?:\.(\d*))?$/

/**
 * A decimal in plain notation as a whole number of its last digits: `unscaledDecimal('1.5', 2)` is 150n. With a negative scale the last
 * digits before the point are zeros that are left out. Throws a RecordError for digits that `scale` would lose, and for other texts.
 */
export function unscaledDecimal(text: string, scale: number): bigint {
  const match = plainNotation.exec(text)
  if (!match) throw new RecordError(`"${text.slice(0, 100)}" is no decimal number in plain notation.`)
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  const digits = match[2]! + fraction
  const shift = scale - fraction.length
  if (shift < 0 && /[1-9]/.test(digits.slice(shift))) {
    throw new RecordError(
      `${text.slice(0, 100)} has more than ${scale} digits after the point, the scale of its schema.`,
    )
  }
  const value = BigInt((shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift)) || '0')
  return match[1] === '-' ? -value : value
}

/** The value of a Decimal: plain notation with exactly `scale` digits after the point. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale))
  const negative = unscaled < 0n
  const digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/**
 * Two's complement, big-endian, in as few bytes as do (java.math.BigInteger.toByteArray, as Kafka Connect stores a Decimal), or in exactly
 * `size`. Throws a RecordError for what doesn't fit into `size`.
 */
export function twosComplement(value: bigint, size?: number): Buffer {
  const small = Number(value)
  if (size === undefined && Math.abs(small) < 2 ** (8 * fewBytes - 1)) return smallTwosComplement(small)
  let length = 1
  while (value < -(1n << BigInt(8 * length - 1)) || value >= 1n << BigInt(8 * length - 1)) length++
  if (size !== undefined && length > size) throw new RecordError(`${value} does not fit into ${size} bytes.`)
  const bits = 8 * (size ?? length)
  return Buffer.from(
    BigInt.asUintN(bits, value)
      .toString(16)
      .padStart(bits / 4, '0'),
    'hex',
  )
}

/** As many bytes as a number can be read of at once: the quick way, for most decimals are small. */
const fewBytes = 6

function smallTwosComplement(value: number): Buffer {
  let length = 1
  while (value < -(2 ** (8 * length - 1)) || value >= 2 ** (8 * length - 1)) length++
  const bytes = Buffer.alloc(length)
  bytes.writeIntBE(value, 0, length)
  return bytes
}

/** The whole number of bytes in two's complement, big-endian; of no bytes 0. */
export function fromTwosComplement(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  if (bytes.length <= fewBytes) {
    return BigInt(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readIntBE(0, bytes.length))
  }
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`))
}

/** More digits no decimal has; more zeros would only fill the memory. */
const largestScale = 10_000

/** May a Decimal that comes from outside have this scale? */
export function isDecimalScale(scale: number): boolean {
  return Number.isInteger(scale) && Math.abs(scale) <= largestScale
}
