import fc from 'fast-check'
import type { Point } from '../model/metric.ts'
import { seriesText } from '../model/labels.ts'
import { LineSplitter } from './line-splitter.ts'
import { numberText } from './parse-number.ts'
import { TargetSeries } from './target-series.ts'

function read(chunks: readonly Uint8Array[], longest = 64 * 1024) {
  const series = new TargetSeries({
    instance: 'h',
    labels: [],
    honorLabels: true,
    honorTimestamps: true,
    rules: (named) => named,
  })
  const page = series.begin({ ms: 1, ns: 0 }, { inSeconds: false })
  let skipped = 0
  const lines = new LineSplitter({ longest, onLine: (line) => series.line(line), onSkipped: () => skipped++ })
  for (const chunk of chunks) lines.push(chunk)
  lines.end()
  series.end()
  return { page, skipped }
}

/** Cuts bytes into chunks at any place, also within a character. */
function chunked(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length))
}

const labelName = fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/)
const labels = fc.uniqueArray(
  fc.tuple(labelName, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })),
  {
    selector: ([name]) => name,
    maxLength: 4,
  },
)
const sample = fc.record({
  name: fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,10}$/),
  labels,
  value: fc.double(),
})

describe('pages of any kind', () => {
  it('give back each sample that is written, wherever chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (samples, cuts) => {
          const sorted = samples.map((one) => ({
            value: one.value,
            text: seriesText(
              one.name,
              one.labels.toSorted(([a], [b]) => (a < b ? -1 : 1)),
            ),
          }))
          const unique = [...new Map(sorted.map((one) => [one.text, one])).values()]
          const text = unique.map((one) => `${one.text} ${numberText(one.value)}\n`).join('')
          const { page, skipped } = read(chunked(Buffer.from(text), cuts))
          expect({ bad: page.badLines, duplicates: page.duplicates, skipped }).toEqual({
            bad: 0,
            duplicates: 0,
            skipped: 0,
          })
          const got = page.points.map(({ series, value }: Point) => [series.key, value])
          expect(got).toEqual(
            unique.map((one) => [`h ${one.text}`, Object.is(one.value, -0) ? 0 : one.value]),
          )
        },
      ),
    )
  })

  it('never throw, and every line is a sample, a comment, empty, or counted', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.stringMatching(/^[a-z#{}=",\\ 0-9.+-]{0,40}$/),
      fc.constantFrom(
        '# TYPE a histogram',
        '# TYPE a summary',
        'a_bucket{le="1"} 1',
        'a_bucket{le="x"} 1',
        'a_count 1',
        '# EOF',
        '# TYPE',
        '# HELP a',
      ),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 5 }), (lines, cuts) => {
        const { page } = read(chunked(Buffer.from(lines.join('\n')), cuts))
        expect(page.samples + page.badLines).toBeLessThanOrEqual(lines.join('\n').split('\n').length)
        expect(page.points.length).toBeLessThanOrEqual(page.samples)
      }),
      { numRuns: 500 },
    )
  })

  it('keep no more of a line than may be, however long it goes on', () => {
    const endless = Array.from({ length: 100 }, () => Buffer.alloc(1000, 'a'))
    const { page, skipped } = read([...endless, Buffer.from('\nb 1\n'), ...endless], 5000)
    expect(skipped).toBe(2)
    expect(page.points.map(({ series }) => series.name)).toEqual(['b'])
  })
})
