import type { RecordData, Transform } from '@sluice/template'
import { type MergeableTransform, type MergedChange, mergeLayouts, type PlainLayout } from './plain-layout.ts'

/** Transforms one after another that change values without a schema in one pass. */
export interface MergedRun {
  readonly count: number
  /** What all of them make of a record; undefined: they are to be asked one by one, which also says which of them refuses it. */
  apply(record: RecordData): RecordData | undefined
}

interface Link {
  readonly transform: Transform
  /** Does its predicate hold? Absent: it has none. */
  readonly applies?: unknown
}

/** The runs of a chain, each in the place of its first transform. */
export function mergedRuns(links: readonly Link[]): readonly (MergedRun | undefined)[] {
  const runs: (MergedRun | undefined)[] = links.map(() => undefined)
  for (let first = 0; first < links.length; ) {
    const layouts = layoutsFrom(links, first)
    if (layouts.length > 0) {
      runs[first] = { count: layouts.length, apply: applied(mergeLayouts(layouts)) }
    }
    first += Math.max(1, layouts.length)
  }
  return runs
}

function layoutsFrom(links: readonly Link[], first: number): readonly PlainLayout[] {
  const layouts: PlainLayout[] = []
  for (const { transform, applies } of links.slice(first)) {
    const { valueLayout } = transform as MergeableTransform
    if (!valueLayout || applies) break
    layouts.push(valueLayout)
  }
  return layouts
}

function applied(change: MergedChange): MergedRun['apply'] {
  return (record) => {
    if (record.valueSchema !== undefined) return undefined
    try {
      const value = change(record.value, record)
      return value && { ...record, value }
    } catch {
      // asked one by one, the transform that threw throws again
      return undefined
    }
  }
}
