import type { Point } from '../model/metric.ts'

/** How points become the values of records. */
export interface Format {
  /** One point; undefined where the format has no way to say it. */
  one(point: Point): unknown
  /** Points of one family and instance, at least one; undefined as above. */
  many(points: readonly Point[]): unknown
}
