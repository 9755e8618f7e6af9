import protobuf from 'protobufjs'
import type { HistogramValue } from '../model/metric.ts'
import type { Budget } from './budget.ts'
import { messageCounter } from './count-parts.ts'
import { explicitBuckets, type Side } from './exponential.ts'

/** Prometheus' native histogram as it is written: buckets in spans, their counts as differences or, where they are no integers, as they are. */
export interface NativeHistogram {
  readonly countInt?: number | string
  readonly countFloat?: number
  readonly sum?: number
  readonly schema?: number
  readonly zeroThreshold?: number
  readonly zeroCountInt?: number | string
  readonly zeroCountFloat?: number
  readonly negativeSpans?: readonly Span[]
  readonly negativeDeltas?: readonly (number | string)[]
  readonly negativeCounts?: readonly number[]
  readonly positiveSpans?: readonly Span[]
  readonly positiveDeltas?: readonly (number | string)[]
  readonly positiveCounts?: readonly number[]
  readonly timestamp?: number | string
}

interface Span {
  readonly offset?: number
  readonly length?: number
}

const text = `
syntax = "proto3";
message Histogram {
  oneof count { uint64 count_int = 1; double count_float = 2; }
  double sum = 3; sint32 schema = 4; double zero_threshold = 5;
  oneof zero_count { uint64 zero_count_int = 6; double zero_count_float = 7; }
  repeated Span negative_spans = 8; repeated sint64 negative_deltas = 9; repeated double negative_counts = 10;
  repeated Span positive_spans = 11; repeated sint64 positive_deltas = 12; repeated double positive_counts = 13;
  int64 timestamp = 15;
}
message Span { sint32 offset = 1; uint32 length = 2; }
`

export function histogramMessage(): (bytes: Uint8Array, budget: Budget) => NativeHistogram {
  const type = protobuf.parse(text).root.lookupType('Histogram')
  const count = messageCounter(type)
  return (bytes, budget) => {
    count(bytes, budget)
    return type.toObject(type.decode(bytes), { longs: String })
  }
}

const mostBuckets = 2_000

/** The same with its bounds spelled out; undefined where it has more buckets than may be, or bounds of another kind. */
export function histogramValue(histogram: NativeHistogram): HistogramValue | undefined {
  const { schema = 0, zeroThreshold = 0 } = histogram
  if (schema < -4 || schema > 8) return undefined
  const positive = side(histogram.positiveSpans, histogram.positiveDeltas, histogram.positiveCounts)
  const negative = side(histogram.negativeSpans, histogram.negativeDeltas, histogram.negativeCounts)
  if (!positive || !negative) return undefined
  const zeroCount = Number(histogram.zeroCountInt ?? histogram.zeroCountFloat ?? 0)
  return {
    kind: 'histogram',
    buckets: explicitBuckets({ scale: schema, zeroCount, zeroThreshold, positive, negative }),
    count: Number(histogram.countInt ?? histogram.countFloat ?? 0),
    sum: histogram.sum,
  }
}

/** Prometheus numbers a bucket by its upper bound, OTLP by its lower one. */
function side(
  spans: readonly Span[] = [],
  deltas: readonly (number | string)[] = [],
  floats: readonly number[] = [],
): Side | undefined {
  const counts: number[] = []
  let next = 0
  let count = 0
  for (const [index, { offset = 0, length = 0 }] of spans.entries()) {
    const gap = index === 0 ? 0 : offset
    if (gap < 0 || counts.length + gap + length > mostBuckets) return undefined
    for (let at = 0; at < gap; at++) counts.push(0)
    for (let at = 0; at < length; at++) {
      count = floats.length > 0 ? (floats[next] ?? 0) : count + Number(deltas[next] ?? 0)
      counts.push(count)
      next++
    }
  }
  return { offset: (spans[0]?.offset ?? 0) - 1, counts }
}
