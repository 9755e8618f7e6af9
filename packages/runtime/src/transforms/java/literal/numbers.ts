import { decimal, decimalText, type SchemaAndValue } from '@sluice/template'
import { javaDoubleText, javaFloatText, parseDecimal } from '../numbers.ts'

/**
 * A number in the smallest type that holds it; undefined for what is no number. Of fractions a type holds the magnitude only, unless `exact` wants all
 * digits. Source: org.apache.kafka.connect.data.Values.
 */
export function numberLiteral(
  token: string,
  { exact }: { readonly exact: boolean },
): SchemaAndValue | undefined {
  if (!/^[+-]?\d|^[+-]\./.test(token)) return undefined
  const parsed = parsedNumber(token)
  if (parsed === undefined) return undefined
  const { unscaled, scale } = parsed
  const whole = wholeNumber(parsed)
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) return integerLiteral(whole)
  if (scale === 0) return { schema: decimal(0), value: String(unscaled) }
  const [single, double] = [Math.fround(Number(token)), Number(token)]
  if (holds(single, exact ? [javaFloatText(single), parsed] : undefined)) {
    return { schema: { type: 'float32' }, value: single }
  }
  if (holds(double, exact ? [javaDoubleText(double), parsed] : undefined)) {
    return { schema: { type: 'float64' }, value: double }
  }
  return { schema: decimal(scale), value: decimalText(unscaled, scale) }
}

interface Parsed {
  readonly unscaled: bigint
  readonly scale: number
}

function parsedNumber(token: string): Parsed | undefined {
  try {
    return parseDecimal(token)
  } catch {
    return undefined
  }
}

/** Is it finite, and does its text have all the digits? */
function holds(value: number, digits: readonly [text: string, wanted: Parsed] | undefined): boolean {
  if (!Number.isFinite(value)) return false
  if (digits === undefined) return true
  const [one, other] = [parseDecimal(digits[0]), digits[1]]
  const scale = Math.max(one.scale, other.scale)
  const unscaled = (of: Parsed): bigint => of.unscaled * 10n ** BigInt(scale - of.scale)
  return unscaled(one) === unscaled(other)
}

/** Without a fraction, whatever zeros it is written with. */
function wholeNumber({ unscaled, scale }: Parsed): bigint | undefined {
  if (scale <= 0) return -scale > 20 && unscaled !== 0n ? undefined : unscaled * 10n ** BigInt(-scale)
  const factor = 10n ** BigInt(scale)
  return unscaled % factor === 0n ? unscaled / factor : undefined
}

function integerLiteral(value: bigint): SchemaAndValue {
  if (BigInt.asIntN(8, value) === value) return { schema: { type: 'int8' }, value: Number(value) }
  if (BigInt.asIntN(16, value) === value) return { schema: { type: 'int16' }, value: Number(value) }
  if (BigInt.asIntN(32, value) === value) return { schema: { type: 'int32' }, value: Number(value) }
  return { schema: { type: 'int64' }, value }
}
