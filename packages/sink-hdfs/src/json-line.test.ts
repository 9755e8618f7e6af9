import type { SinkRecord } from '@sluice/template'
import fc from 'fast-check'
import { jsonOfValue } from './json-line.ts'

function lineOf(value: unknown): string {
  return jsonOfValue({ topic: 't', value } as unknown as SinkRecord, 'NUMERIC')
}

describe('the line of a value without a schema', () => {
  it('is that of JSON.stringify for whatever JSON can say', () => {
    const value = fc.jsonValue()
    const names = fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '1', '\ud800')),
      fc.oneof(value, fc.constant(undefined), fc.string({ unit: 'binary' })),
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.oneof(value, names), (one) => expect(lineOf(one)).toBe(JSON.stringify(one))),
      {
        numRuns: 500,
      },
    )
  })

  it('has long integers, bytes, dates, maps and what is no number as JSON shows them', () => {
    const value = {
      n: 2n ** 60n,
      bytes: Buffer.from('ab'),
      at: new Date(5),
      map: new Map<unknown, unknown>([['k', [undefined, Number.NaN, -0]]]),
      gone: undefined,
    }
    expect(lineOf(value)).toBe('{"n":1152921504606846976,"bytes":"YWI=","at":5,"map":{"k":[null,"NaN",0]}}')
    expect(lineOf(null)).toBe('null')
  })
})
