/**
 * Does a version meet a requirement, as Maven writes it and Kafka Connect takes it (KIP-891)? `[1.0,2.0)`, `(,1.5]`, `[1.0],[2.0,)`; a mere
 * `1.2.3` is that very version. Throws an Error for what is no requirement.
 */
export function meetsVersion(version: string, requirement: string): boolean {
  return rangesOf(requirement.trim()).some(({ from, to }) => {
    const least = from === undefined || satisfies(compareVersions(version, from.version), from.inclusive)
    const most = to === undefined || satisfies(compareVersions(to.version, version), to.inclusive)
    return least && most
  })
}

interface Bound {
  readonly version: string
  readonly inclusive: boolean
}

interface Range {
  readonly from: Bound | undefined
  readonly to: Bound | undefined
}

const bare = /^[\w.+-]+$/
const ranges = /([[(])\s*([\w.+-]*)\s*(?:(,)\s*([\w.+-]*)\s*)?([\])])/g

function rangesOf(requirement: string): readonly Range[] {
  if (bare.test(requirement)) return [exactly(requirement)]
  const matches = [...requirement.matchAll(ranges)]
  const rest = requirement.replace(ranges, '').replace(/[\s,]/g, '')
  if (matches.length === 0 || rest !== '') throw new Error(`${requirement} is no range of versions`)
  return matches.map(([text, open, first = '', comma, second = '', close]) => {
    if (comma === undefined) {
      if (first === '' || open !== '[' || close !== ']') throw new Error(`${text} is no range of versions`)
      return exactly(first)
    }
    return {
      from: first === '' ? undefined : { version: first, inclusive: open === '[' },
      to: second === '' ? undefined : { version: second, inclusive: close === ']' },
    }
  })
}

function exactly(version: string): Range {
  const bound = { version, inclusive: true }
  return { from: bound, to: bound }
}

function satisfies(order: number, inclusive: boolean): boolean {
  return order > 0 || (inclusive && order === 0)
}

/** Numbers by value, what follows a hyphen before the same without. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i++) {
    const order = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0)
    if (order !== 0) return order
  }
  if (left.qualifier === right.qualifier) return 0
  if (left.qualifier === '' || right.qualifier === '') return left.qualifier === '' ? 1 : -1
  return left.qualifier < right.qualifier ? -1 : 1
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly qualifier: string } {
  const [, digits = '', qualifier = ''] = /^([\d.]*)(.*)$/.exec(version.replace(/\+.*$/, '')) ?? []
  return {
    numbers: digits.split('.').filter(Boolean).map(Number),
    qualifier: qualifier.replace(/^-/, ''),
  }
}
