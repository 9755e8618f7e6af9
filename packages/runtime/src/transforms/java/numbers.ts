import { RecordError } from '@sluice/template'
import { doubleText, floatText } from '../../converters/json/java-numbers.ts'

/** Numbers as Java's casts and parsers make them. */

export type IntegerType = 'int8' | 'int16' | 'int32' | 'int64'

export const bitsOf: Readonly<Record<IntegerType, number>> = { int8: 8, int16: 16, int32: 32, int64: 64 }

/** int64 as `bigint`, the others as `number`. */
export function integerOf(value: bigint, type: IntegerType): number | bigint {
  const wrapped = BigInt.asIntN(bitsOf[type], value)
  return type === 'int64' ? wrapped : Number(wrapped)
}

/** A floating-point number without its fraction, kept within 64 bits (or 32, whose lower bits the smaller types then take). */
export function truncated(value: number, type: IntegerType): bigint {
  if (Number.isNaN(value)) return 0n
  const bits = type === 'int64' ? 64n : 32n
  const most = (1n << (bits - 1n)) - 1n
  if (value >= Number(most)) return most
  if (value <= -Number(most) - 1) return -most - 1n
  return BigInt(Math.trunc(value))
}

/** Integer.parseInt and its kin: no blanks, no fraction, within range. */
export function parseInteger(text: string, type: IntegerType): bigint {
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined
  if (value === undefined || BigInt.asIntN(bitsOf[type], value) !== value) {
    throw new RecordError(`The text "${shortened(text)}" is no ${type}.`)
  }
  return value
}

const javaDouble = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/

/** Double.parseDouble: blanks around it and a type's letter at the end are allowed. Hexadecimal forms aren't understood. */
export function parseFloating(text: string): number {
  const trimmed = trim(text)
  if (!javaDouble.test(trimmed)) throw new RecordError(`The text "${shortened(text)}" is no number.`)
  return Number(/[fFdD]$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed)
}

/** new BigDecimal(text), which has no blanks. */
export function parseDecimal(text: string): { readonly unscaled: bigint; readonly scale: number } {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/.exec(text)
  const digits = (match?.[2] ?? '') + (match?.[3] ?? '')
  if (!match || digits === '' || digits.length > mostDigits) {
    throw new RecordError(`The text "${shortened(text)}" is no number.`)
  }
  const scale = (match[3] ?? '').length - Number(match[4] ?? 0)
  if (Math.abs(scale) > mostDigits) throw new RecordError(`The number ${shortened(text)} is too large.`)
  const unscaled = BigInt(digits)
  return { unscaled: match[1] === '-' ? -unscaled : unscaled, scale }
}

/** More would take long to compute with. */
const mostDigits = 10_000

/** The integer part. */
export function integerPart({ unscaled, scale }: { unscaled: bigint; scale: number }): bigint {
  return scale <= 0 ? unscaled * 10n ** BigInt(-scale) : unscaled / 10n ** BigInt(scale)
}

/** A Decimal's text in plain notation without its fraction. */
export function integerPartOf(plain: string): bigint {
  return integerPart(parseDecimal(plain))
}

export function javaDoubleText(value: number): string {
  return Number.isFinite(value) ? doubleText(value) : String(value)
}

export function javaFloatText(value: number): string {
  return Number.isFinite(value) ? floatText(value) : String(value)
}

const blank = 0x20

/** java.lang.String.trim: everything up to the blank, and nothing else. */
export function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= blank) start++
  while (end > start && text.charCodeAt(end - 1) <= blank) end--
  return text.slice(start, end)
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}
