import { labelsOf, type Labels, labelValue, seriesText } from './labels.ts'
import type { Family, Series } from './metric.ts'

/** A series of its parts. `instance` counts where no label of that name says another. */
export function makeSeries(how: {
  readonly family: Family
  readonly name: string
  readonly labels: Labels
  readonly instance: string
}): Series {
  const { family, name, labels, instance } = how
  const text = seriesText(name, labels)
  const named = labelValue(labels, 'instance')
  return new KeptSeries({
    family,
    name,
    tags: Object.fromEntries(labels),
    instance: named === '' ? instance : named,
    key: named === '' && instance !== '' ? `${instance} ${text}` : text,
  })
}

/** There are hundreds of thousands of them: labels are kept once, as tags. */
class KeptSeries implements Series {
  readonly family: Family
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly instance: string
  readonly key: string

  constructor({ family, name, tags, instance, key }: Omit<Series, 'labels'>) {
    this.family = family
    this.name = name
    this.tags = tags
    this.instance = instance
    this.key = key
  }

  get labels(): Labels {
    return Object.entries(this.tags)
  }
}

/**
 * The labels of an instance, and those that a series has of its own. Where both have one, the instance's counts and the series' goes on as
 * `exported_<name>`, or the other way round where `honorLabels` says so (Prometheus' `honor_labels`).
 */
export function withInstanceLabels(
  own: Iterable<readonly [string, string]>,
  ofInstance: Labels,
  honorLabels: boolean,
): Labels {
  const merged = new Map(own)
  for (const [name, value] of ofInstance) {
    const there = merged.get(name)
    if (there !== undefined && there !== '') {
      if (honorLabels) continue
      merged.set(exportedName(name, merged), there)
    }
    merged.set(name, value)
  }
  return labelsOf(merged)
}

function exportedName(name: string, taken: ReadonlyMap<string, string>): string {
  let exported = `exported_${name}`
  while (taken.has(exported)) exported = `exported_${exported}`
  return exported
}
