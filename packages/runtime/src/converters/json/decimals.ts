import { RecordError } from '@sluice/template'

const plainNotation = /^([+-]?)(\d+)(?:\.(\d*))?$/

/**
 * The unscaled value of a number in plain notation. Throws a RecordError for more digits than `scale` keeps (a negative one keeps none of the last
 * digits before the point), and for other texts.
 */
export function unscaledOf(text: string, scale: number): bigint {
  const match = plainNotation.exec(text)
  if (!match) throw new RecordError(`"${text}" is no decimal number in plain notation.`)
  const fraction = match[3] ?? ''
  const digits = match[2]! + fraction
  const shift = scale - fraction.length
  if (shift < 0 && (scale >= 0 || /[1-9]/.test(digits.slice(shift)))) {
    throw new RecordError(`${text} has more than ${scale} digits after the point, the scale of its schema.`)
  }
  const value = BigInt((shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift)) || '0')
  return match[1] === '-' ? -value : value
}

/** Plain notation with exactly `scale` digits after the point. */
export function plainText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale))
  const negative = unscaled < 0n
  const digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Two's complement, big-endian, in as few bytes as do: java.math.BigInteger.toByteArray. */
export function bigIntegerBytes(value: bigint): Buffer {
  let length = 1
  while (value < -(1n << BigInt(8 * length - 1)) || value >= 1n << BigInt(8 * length - 1)) length++
  return Buffer.from(
    BigInt.asUintN(8 * length, value)
      .toString(16)
      .padStart(2 * length, '0'),
    'hex',
  )
}

export function bigIntegerOf(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
}

/** A JSON number's text (`1.50`, `2E-10`) in plain notation with exactly `scale` digits after the point. */
export function numberToPlain(source: string, scale: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source)
  if (!match) throw new RecordError(`"${source}" is no decimal number.`)
  const fraction = match[3] ?? ''
  const shift = Number(match[4] ?? 0) - fraction.length + scale
  const digits = match[2]! + fraction
  if (shift < 0 && /[1-9]/.test(digits.slice(shift))) {
    throw new RecordError(`${source} has more than ${scale} digits after the point, the scale of its schema.`)
  }
  if (shift > 10_000) throw new RecordError(`${source} is too large for a decimal.`)
  const unscaled = BigInt((shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift)) || '0')
  return plainText(match[1] === '-' ? -unscaled : unscaled, scale)
}
