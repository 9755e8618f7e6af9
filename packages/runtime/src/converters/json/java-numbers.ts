/** Texts of numbers as Java writes them: Jackson takes them for JSON. */

/** java.lang.Double.toString, the shortest digits that give the same double; what is no number in quotes, as Jackson writes it. */
export function doubleText(value: number): string {
  return javaFloating(value, String)
}

/** java.lang.Float.toString of the nearest 32-bit float. */
export function floatText(value: number): string {
  const single = Math.fround(value)
  return javaFloating(single, shortestFloat)
}

/** java.math.BigDecimal.toString of a number in plain notation with exactly its scale. */
export function bigDecimalText(plain: string): string {
  const negative = plain.startsWith('-')
  const digits = negative ? plain.slice(1) : plain
  const point = digits.indexOf('.')
  if (point === -1) return plain
  const scale = digits.length - point - 1
  const unscaled = (digits.slice(0, point) + digits.slice(point + 1)).replace(/^0+(?=\d)/, '')
  const adjusted = unscaled.length - 1 - scale
  if (adjusted >= -6) return plain
  const mantissa = unscaled.length > 1 ? `${unscaled[0]}.${unscaled.slice(1)}` : unscaled
  return `${negative ? '-' : ''}${mantissa}E${adjusted}`
}

function javaFloating(value: number, shortest: (value: number) => string): string {
  if (!Number.isFinite(value)) return `"${value}"`
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [digits, exponent] = javaDigits(value, shortest)
  const sign = value < 0 ? '-' : ''
  if (exponent < -3 || exponent > 6) {
    return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** Java wants two digits at least: where one would do, it takes the closest number of two (4.9E-324). */
function javaDigits(value: number, shortest: (value: number) => string): [string, number] {
  const found = digitsOf(shortest(value))
  return found[0].length === 1 ? digitsOf(value.toPrecision(2)) : found
}

/** Significant digits without zeros at either end, and the power of ten of the first. */
function digitsOf(text: string): [string, number] {
  const match = /^-?(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text)!
  const whole = match[1]!
  const all = whole + (match[2] ?? '')
  const leading = /^0*/.exec(all)![0].length
  const exponent = Number(match[3] ?? 0) + whole.length - 1 - leading
  return [all.slice(leading).replace(/0+$/, ''), exponent]
}

function shortestFloat(single: number): string {
  for (let precision = 1; precision < 9; precision++) {
    const text = single.toPrecision(precision)
    if (Math.fround(Number(text)) === single) return text
  }
  return single.toPrecision(9)
}
