import { parseSampleLine } from './sample-line.ts'

describe('a line of a sample', () => {
  it.each([
    ['up 1', 'up', 1, undefined],
    ['up\t1', 'up', 1, undefined],
    ['up  1.5e3  1395066363000', 'up', 1500, '1395066363000'],
    ['a{b="c"} +Inf', 'a{b="c"}', Number.POSITIVE_INFINITY, undefined],
    ['a{b="c"}2', 'a{b="c"}', 2, undefined],
    ['a {b="c"} -Inf 7', 'a {b="c"}', Number.NEGATIVE_INFINITY, '7'],
    ['a{b="}{ # \\" c"} 1', 'a{b="}{ # \\" c"}', 1, undefined],
    ['a{b="c d"} NaN', 'a{b="c d"}', Number.NaN, undefined],
    ['{"a.b",c="d"} 1', '{"a.b",c="d"}', 1, undefined],
    ['a_bucket{le="1"} 2 # {trace_id="x}"} 0.5 1.2', 'a_bucket{le="1"}', 2, undefined],
    ['a_total 2 1.5 # {id="x"} 1', 'a_total', 2, '1.5'],
  ])('is cut up: %s', (line, series, value, time) => {
    expect(parseSampleLine(line)).toEqual({ series, value, time })
  })

  it.each(['', 'a', 'a ', 'a{b="c"}', 'a x', 'a{b="c" 1', 'a 1 2 3', 'a 0b1', 'a 1,5', '{ 1', 'a{b="#} 1'])(
    'is none: %j',
    (line) => expect(parseSampleLine(line)).toBeUndefined(),
  )
})
