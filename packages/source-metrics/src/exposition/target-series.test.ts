import type { Point } from '../model/metric.ts'
import { compileRules } from '../rules/label-rules.ts'
import { TargetSeries } from './target-series.ts'

const at = { ms: 1_700_000_000_000, ns: 0 }

function target(how: Partial<ConstructorParameters<typeof TargetSeries>[0]> = {}) {
  const series = new TargetSeries({
    instance: 'h:1',
    labels: [['instance', 'h:1']],
    honorLabels: false,
    honorTimestamps: true,
    rules: compileRules(new Map()),
    ...how,
  })
  return (text: string, inSeconds = false) => {
    series.begin(at, { inSeconds })
    for (const line of text.split('\n')) series.line(line)
    return series.end()
  }
}

const shown = (points: readonly Point[]) => points.map(({ series, value }) => [series.key, value])

describe('a page of a target', () => {
  it('gives counters, gauges and what is untyped, each with its type', () => {
    const { points } = target()(
      '# HELP c_total Some \\\\ help.\n# TYPE c_total counter\nc_total{a="b"} 3\n# TYPE g gauge\ng 1.5\nu 2\n# TYPE x untyped\nx 1\n',
    )
    expect(points.map(({ series, value }) => [series.key, series.family.type, value])).toEqual([
      ['c_total{a="b",instance="h:1"}', 'counter', 3],
      ['g{instance="h:1"}', 'gauge', 1.5],
      ['u{instance="h:1"}', 'unknown', 2],
      ['x{instance="h:1"}', 'unknown', 1],
    ])
    expect(points[0]?.series.family.help).toBe('Some \\ help.')
  })

  it('puts histograms together, each whole', () => {
    const { points, samples } = target()(
      `# TYPE d histogram
d_bucket{p="a",le="0.1"} 2
d_bucket{p="b",le="0.1"} 1
d_bucket{p="a",le="+Inf"} 9
d_bucket{p="a",le="0.5"} 7
d_bucket{p="b",le="+Inf"} 1
d_sum{p="a"} 3.5
d_count{p="a"} 9
d_sum{p="b"} 0.05
d_count{p="b"} 1
`,
    )
    expect(samples).toBe(9)
    expect(shown(points)).toEqual([
      [
        'd{instance="h:1",p="a"}',
        {
          kind: 'histogram',
          buckets: [
            { upperLimit: 0.1, count: 2 },
            { upperLimit: 0.5, count: 5 },
          ],
          count: 9,
          sum: 3.5,
        },
      ],
      [
        'd{instance="h:1",p="b"}',
        { kind: 'histogram', buckets: [{ upperLimit: 0.1, count: 1 }], count: 1, sum: 0.05 },
      ],
    ])
  })

  it('puts summaries together', () => {
    const { points } = target()(
      '# TYPE s summary\ns{quantile="0.9"} 4\ns{quantile="0.5"} 2\ns_sum 10\ns_count 3\n',
    )
    expect(points.map(({ value }) => value)).toEqual([
      {
        kind: 'summary',
        quantiles: [
          { quantile: 0.5, value: 2 },
          { quantile: 0.9, value: 4 },
        ],
        count: 3,
        sum: 10,
      },
    ])
  })

  it('reads OpenMetrics: seconds, suffixes, exemplars, info', () => {
    const { points, badLines } = target()(
      '# TYPE r counter\n# UNIT r seconds\nr_total 5 1700000000.123456789 # {trace_id="a"} 1\nr_created 1600000000\n# TYPE b info\nb_info{v="1"} 1\n# EOF',
      true,
    )
    expect(badLines).toBe(0)
    expect(points.map(({ series, time, value }) => [series.name, series.family.type, value, time])).toEqual([
      ['r_total', 'counter', 5, { ms: 1_700_000_000_123, ns: 456_789 }],
      ['r_created', 'unknown', 1_600_000_000, at],
      ['b_info', 'info', 1, at],
    ])
  })

  it('skips bad lines and counts them, and keeps the rest', () => {
    const { points, badLines } = target()(
      'a 1\na{b} 1\nnonsense\nb one\n# TYPE c nothing\n# a comment\n\n  c 2\nd 1 x\n',
    )
    expect(badLines).toBe(5)
    expect(shown(points)).toEqual([
      ['a{instance="h:1"}', 1],
      ['c{instance="h:1"}', 2],
    ])
  })

  it('counts what is given twice, and takes the first', () => {
    const { points, duplicates } = target()('a 1\na 2\na 3 5\n')
    expect(duplicates).toBe(1)
    expect(points.map(({ value, time }) => [value, time.ms])).toEqual([
      [1, at.ms],
      [3, 5],
    ])
  })

  it('says that a series has ended, once, and knows it anew when it comes back', () => {
    const page = target()
    expect(page('a 1\nb 1\nb{x="1"} 1 77\n').points).toHaveLength(3)
    expect(shown(page('a 2\n').points)).toEqual([
      ['a{instance="h:1"}', 2],
      ['b{instance="h:1"}', 'stale'],
    ])
    expect(shown(page('a 3\n').points)).toEqual([['a{instance="h:1"}', 3]])
    expect(shown(page('a 3\nb 4\n').points)).toEqual([
      ['a{instance="h:1"}', 3],
      ['b{instance="h:1"}', 4],
    ])
  })

  it('says of a page that broke off that what was given before has ended, and nothing else', () => {
    const series = new TargetSeries({
      instance: 'h:1',
      labels: [],
      honorLabels: false,
      honorTimestamps: true,
      rules: (named) => named,
    })
    const lines = (text: string) => {
      series.begin(at, { inSeconds: false })
      for (const line of text.split('\n')) series.line(line)
    }
    lines('a 1\nb 1')
    series.end()
    lines('a 2\nc 1')
    expect(shown(series.allEnded(at))).toEqual([
      ['h:1 a', 'stale'],
      ['h:1 b', 'stale'],
    ])
    lines('a 2')
    expect(series.allEnded(at)).toEqual([])
  })

  it('says that whole histograms have ended', () => {
    const page = target()
    page('# TYPE d histogram\nd_bucket{le="+Inf"} 1\nd_sum 1\nd_count 1\n')
    expect(shown(page('a 1\n').points)).toEqual([
      ['a{instance="h:1"}', 1],
      ['d{instance="h:1"}', 'stale'],
    ])
  })

  it('takes a family for what it is declared as now', () => {
    const page = target()
    expect(page('a 1\n').points[0]?.series.family.type).toBe('unknown')
    expect(page('# TYPE a counter\na 1\n').points[0]?.series.family.type).toBe('counter')
  })

  it('knows what was given when further families are declared on the same page', () => {
    const series = new TargetSeries({
      instance: '',
      labels: [],
      honorLabels: false,
      honorTimestamps: true,
      rules: (named) => named,
    })
    const page =
      '# TYPE a counter\na 1\n# HELP b Help.\n# TYPE b gauge\nb 1\na 2\n# TYPE d histogram\nd_count 1\nd_bucket{le="1"} 1\n'
    series.begin(at, { inSeconds: false })
    for (const line of page.split('\n')) series.line(line)
    expect(series.end().duplicates).toBe(1)
    expect(shown(series.allEnded(at))).toEqual([
      ['a', 'stale'],
      ['b', 'stale'],
      ['d', 'stale'],
    ])
  })

  it('ends a series that turns out to be a part of a histogram, and keeps one whose type alone is another', () => {
    const page = target()
    page('d_count 1\nx 1\n')
    const { points } = page('# TYPE d histogram\n# TYPE x gauge\nd_count 2\nx 2\n')
    expect(
      points.map(({ series, value }) => [
        series.name,
        series.family.type,
        typeof value === 'object' ? value.count : value,
      ]),
    ).toEqual([
      ['d_count', 'unknown', 'stale'],
      ['x', 'gauge', 2],
      ['d', 'histogram', 2],
    ])
  })

  it('keeps a label of the page beside one of the target', () => {
    expect(shown(target()('a{instance="x",exported_instance="y"} 1\n').points)[0]?.[0]).toBe(
      'a{exported_exported_instance="x",exported_instance="y",instance="h:1"}',
    )
    expect(shown(target({ honorLabels: true })('a{instance="x"} 1\n').points)[0]?.[0]).toBe('a{instance="x"}')
  })

  it('applies label rules to whole series', () => {
    const rules = compileRules(
      new Map([
        ['quiet', { action: 'drop', labels: ['__name__'], regex: 'go_.*', target: '', value: '$1' }],
        ['env', { action: 'add', labels: [], regex: '(.*)', target: 'env', value: 'test' }],
      ]),
    )
    const { points } = target({ rules })(
      'go_x 1\na 1\n# TYPE d histogram\nd_bucket{le="1"} 1\nd_count 1\nd_sum 1\n',
    )
    expect(points.map(({ series }) => series.key)).toEqual([
      'a{env="test",instance="h:1"}',
      'd{env="test",instance="h:1"}',
    ])
  })

  it('ignores times of the page where it is to', () => {
    expect(target({ honorTimestamps: false })('a 1 5\n').points[0]?.time).toEqual(at)
  })
})
