/** Names and values of labels, sorted by name, each name once. `__name__` is none of them: the name of a metric stands beside its labels. */
export type Labels = readonly (readonly [name: string, value: string])[]

/** Labels in their order, each name once: of several of one name the last counts. An empty value is no label, as in Prometheus. */
export function labelsOf(pairs: Iterable<readonly [string, string]>): Labels {
  const byName = new Map(pairs)
  return [...byName].filter(([, value]) => value !== '').toSorted(byLabelName)
}

/** The value of a label, empty where there is none. */
export function labelValue(labels: Labels, name: string): string {
  for (const [own, value] of labels) if (own === name) return value
  return ''
}

/** A series as Prometheus writes it: `name{a="1",b="2"}`. Equal for equal series. */
export function seriesText(name: string, labels: Labels): string {
  if (labels.length === 0) return name
  return `${name}{${labels.map(([own, value]) => `${own}="${escaped(value)}"`).join(',')}}`
}

function byLabelName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function escaped(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`))
    : value
}
