import type { SourceOrigin, SourceRecord } from '@sluice/template'
import { seriesText } from '../model/labels.ts'
import type { Point } from '../model/metric.ts'
import type { Format } from './format.ts'
import { isNonFinite, type NonFinite } from './numbers.ts'

/** Points that become one record. */
export type PointGroup = readonly [Point, ...Point[]]

/** A family may have any number of series, a record may not. */
const mostPoints = 500

export interface RecordMaker {
  /** The points of one instance and one moment, as records will have them. */
  group(points: readonly Point[]): PointGroup[]
  /** Undefined: the format has no way to say it. */
  record<O>(group: PointGroup, origin: SourceOrigin<O>): SourceRecord<O> | undefined
}

export function recordMaker(how: {
  readonly topic: string
  readonly format: Format
  readonly by: 'sample' | 'family'
  readonly staleness: boolean
  readonly nonFinite: NonFinite
}): RecordMaker {
  const { topic, format, by } = how
  const wanted = ({ value }: Point): boolean => {
    if (value === 'stale') return how.staleness
    return how.nonFinite !== 'drop' || !isNonFinite(value)
  }
  return {
    group: (points) => {
      const kept = points.filter(wanted)
      return by === 'sample' ? kept.map((point): PointGroup => [point]) : byFamily(kept)
    },
    record: (group, origin) => {
      const [first] = group
      const value = by === 'sample' ? format.one(first) : format.many(group)
      if (value === undefined) return undefined
      const key = by === 'sample' ? first.series.key : familyKey(first)
      return { origin, topic, key, value, timestamp: first.time.ms }
    },
  }
}

function byFamily(points: readonly Point[]): PointGroup[] {
  const families = Map.groupBy(points, familyKey)
  return [...families.values()].flatMap((own) => {
    const groups: PointGroup[] = []
    for (let at = 0; at < own.length; at += mostPoints) {
      groups.push(own.slice(at, at + mostPoints) as unknown as PointGroup)
    }
    return groups
  })
}

/** Equal for all series of a family of an instance. */
function familyKey({ series }: Point): string {
  const { family, instance } = series
  return instance === '' ? family.name : seriesText(family.name, [['instance', instance]])
}
