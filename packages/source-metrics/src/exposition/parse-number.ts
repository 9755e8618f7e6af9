/** A number as Prometheus writes it: `1.5e3`, `NaN`, `+Inf`. Undefined: it is none. */
export function parseNumber(text: string): number | undefined {
  const number = Number(text)
  if (number === number && text !== '') {
    // JavaScript knows 0b1 and 0o7, and takes blanks around a number
    const second = text.charCodeAt(1)
    return second === 98 || second === 66 || second === 111 || second === 79 || /\s/.test(text)
      ? undefined
      : number
  }
  switch (text.toLowerCase()) {
    case 'nan':
    case '+nan':
    case '-nan':
      return Number.NaN
    case 'inf':
    case '+inf':
    case '+infinity':
      return Number.POSITIVE_INFINITY
    case '-inf':
      return Number.NEGATIVE_INFINITY
    default:
      return undefined
  }
}

/** A number as Prometheus shows it. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}
