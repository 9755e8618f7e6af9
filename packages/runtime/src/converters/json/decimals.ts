import { decimalText, RecordError } from '@sluice/template'

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
  return decimalText(match[1] === '-' ? -unscaled : unscaled, scale)
}
