import type { Family, Point } from '../model/metric.ts'
import { makeSeries } from '../model/series.ts'
import { influxFormat } from './influx.ts'
import { nativeFormat } from './native.ts'
import { otlpFormat } from './otlp.ts'
import { recordMaker } from './record-maker.ts'

const time = { ms: 1_700_000_000_123, ns: 456_789 }
const labels = [
  ['instance', 'h:1'],
  ['job', 'web'],
  ['path', '/a "b"'],
] as const

function point(type: Family['type'], value: Point['value'], how: Partial<Point> = {}, name = 'm'): Point {
  const family = { name, type, help: 'Some help.', unit: 'seconds' }
  return { series: makeSeries({ family, name, labels, instance: 'h:1' }), time, value, ...how }
}

const histogram = {
  kind: 'histogram',
  buckets: [
    { upperLimit: 0.1, count: 2 },
    { upperLimit: 0.5, count: 5 },
  ],
  count: 9,
  sum: 3.5,
} as const
const summary = { kind: 'summary', quantiles: [{ quantile: 0.9, value: 4 }], count: 3, sum: 10 } as const

describe("Vector's native JSON", () => {
  const { one, many } = nativeFormat('text')
  const around = {
    name: 'm',
    tags: { instance: 'h:1', job: 'web', path: '/a "b"' },
    timestamp: '2023-11-14T22:13:20.123456789Z',
    kind: 'absolute',
  }

  it.each<[Point, object]>([
    [point('counter', 3), { counter: { value: 3 } }],
    [point('gauge', 1.5), { gauge: { value: 1.5 } }],
    [point('unknown', 2n ** 60n), { gauge: { value: 2n ** 60n } }],
    [point('gauge', Number.NaN), { gauge: { value: 'NaN' } }],
    [point('gauge', Number.NEGATIVE_INFINITY), { gauge: { value: '-inf' } }],
    [point('counter', 'stale'), { counter: { value: null } }],
    [point('counter', 3, { temporality: 'delta' }), { kind: 'incremental', counter: { value: 3 } }],
    [
      point('histogram', histogram),
      {
        aggregated_histogram: {
          buckets: [
            { upper_limit: 0.1, count: 2 },
            { upper_limit: 0.5, count: 5 },
          ],
          count: 9,
          sum: 3.5,
        },
      },
    ],
    [
      point('summary', summary),
      { aggregated_summary: { quantiles: [{ quantile: 0.9, value: 4 }], count: 3, sum: 10 } },
    ],
  ])('has an event for a point', (own, value) => {
    expect(one(own)).toEqual({ metric: { ...around, ...value } })
  })

  it('has an array of events for a family', () => {
    expect(many([point('gauge', 1), point('gauge', 2)])).toHaveLength(2)
  })

  it('has null in place of what JSON has no number for, if that is wanted', () => {
    expect(nativeFormat('null').one(point('gauge', Number.NaN))).toMatchObject({
      metric: { gauge: { value: null } },
    })
  })
})

describe('OTLP as JSON', () => {
  it('has one request for a family, its labels where OTLP has them', () => {
    expect(otlpFormat.many([point('counter', 3), point('counter', 4)])).toEqual({
      resourceMetrics: [
        {
          resource: {
            attributes: [
              { key: 'service.instance.id', value: { stringValue: 'h:1' } },
              { key: 'service.name', value: { stringValue: 'web' } },
            ],
          },
          scopeMetrics: [
            {
              scope: {},
              metrics: [
                {
                  name: 'm',
                  description: 'Some help.',
                  unit: 'seconds',
                  sum: {
                    aggregationTemporality: 2,
                    isMonotonic: true,
                    dataPoints: [3, 4].map((asDouble) => ({
                      attributes: [{ key: 'path', value: { stringValue: '/a "b"' } }],
                      timeUnixNano: '1700000000123456789',
                      asDouble,
                    })),
                  },
                },
              ],
            },
          ],
        },
      ],
    })
  })

  it.each<[Point, object]>([
    [point('gauge', 'stale'), { gauge: { dataPoints: [{ flags: 1 }] } }],
    [point('gauge', Number.POSITIVE_INFINITY), { gauge: { dataPoints: [{ asDouble: 'Infinity' }] } }],
    [point('gauge', 2n ** 60n), { gauge: { dataPoints: [{ asInt: '1152921504606846976' }] } }],
    [point('info', 1), { sum: { isMonotonic: false } }],
    [
      point('histogram', histogram, { temporality: 'delta', start: { ms: 1, ns: 0 } }),
      {
        histogram: {
          aggregationTemporality: 1,
          dataPoints: [
            {
              startTimeUnixNano: '1000000',
              count: '9',
              sum: 3.5,
              bucketCounts: ['2', '5', '2'],
              explicitBounds: [0.1, 0.5],
            },
          ],
        },
      },
    ],
    [
      point('summary', summary),
      { summary: { dataPoints: [{ count: '3', sum: 10, quantileValues: [{ quantile: 0.9, value: 4 }] }] } },
    ],
  ])('has the kind of point that it is', (own, metric) => {
    expect(otlpFormat.one(own)).toMatchObject({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }],
    })
  })
})

describe('the line protocol', () => {
  const tags = 'instance=h:1,job=web,path=/a\\ "b"'
  const ns = '1700000000123456789'

  it.each<[Point, string]>([
    [point('counter', 3), `m,${tags} counter=3 ${ns}`],
    [point('unknown', 2n ** 60n), `m,${tags} value=1152921504606846976i ${ns}`],
    [point('histogram', histogram), `m,${tags} 0.1=2,0.5=7,+Inf=9,count=9,sum=3.5 ${ns}`],
    [point('summary', summary), `m,${tags} 0.9=4,count=3,sum=10 ${ns}`],
  ])('has a line for a point', (own, line) => {
    expect(influxFormat.one(own)).toBe(line)
  })

  it('leaves out what it can not say', () => {
    expect(influxFormat.one(point('gauge', Number.NaN))).toBeUndefined()
    expect(influxFormat.many([point('gauge', 'stale')])).toBeUndefined()
    expect(influxFormat.many([point('gauge', 'stale'), point('gauge', 1)])).toBe(`m,${tags} gauge=1 ${ns}`)
  })
})

describe('records', () => {
  const origin = { partition: { target: 'x' }, offset: 1 }
  const maker = (by: 'sample' | 'family', how: Partial<Parameters<typeof recordMaker>[0]> = {}) =>
    recordMaker({ topic: 't', format: nativeFormat('text'), by, staleness: true, nonFinite: 'text', ...how })

  it('have the series as their key, and the time of the sample', () => {
    const own = maker('sample')
    const [group] = own.group([point('gauge', 1)])
    expect(own.record(group!, origin)).toMatchObject({
      origin,
      topic: 't',
      key: 'm{instance="h:1",job="web",path="/a \\"b\\""}',
      timestamp: time.ms,
    })
  })

  it('hold a family each, and no more of it than a record may be', () => {
    const own = maker('family')
    const points = [...Array.from({ length: 501 }, () => point('gauge', 1)), point('gauge', 1, {}, 'n')]
    const groups = own.group(points)
    expect(groups.map(({ length }) => length)).toEqual([500, 1, 1])
    expect(own.record(groups[0]!, origin)?.key).toBe('m{instance="h:1"}')
  })

  it('are not made of what is not wanted', () => {
    const points = [point('gauge', 'stale'), point('gauge', Number.NaN), point('gauge', 1)]
    expect(maker('sample', { staleness: false }).group(points)).toHaveLength(2)
    expect(maker('sample', { nonFinite: 'drop' }).group(points)).toHaveLength(2)
  })
})
