import { parseJson, stringifyJson } from '@sluice/template'
import fc from 'fast-check'
import { parseOffset, toOffset, toPosition } from './position.ts'

describe('offsets', () => {
  it("are stored in the JDBC source's shape", () => {
    expect(toOffset({ id: 42n })).toEqual({ incrementing: 42 })
    expect(toOffset({ micros: 1_700_000_000_123_456n, id: 1n })).toEqual({
      incrementing: 1,
      timestamp: 1_700_000_000_123,
      timestamp_nanos: 123_456_000,
    })
    expect(toOffset({ micros: -1n })).toEqual({ timestamp: -1, timestamp_nanos: 999_999_000 })
  })

  it('come back from storage as they went, to the microsecond and beyond 2^53', () => {
    const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
    fc.assert(
      fc.property(
        fc.record({ id: int64, micros: int64, xid: fc.bigInt(0n, 2n ** 63n) }, { requiredKeys: [] }),
        (position) => {
          expect(toPosition(parseOffset(parseJson(stringifyJson(toOffset(position)))))).toEqual(position)
        },
      ),
    )
  })

  it('of a JDBC source that stored milliseconds only are understood', () => {
    expect(toPosition(parseOffset({ timestamp: 1500 }))).toEqual({ micros: 1_500_000n })
    expect(toPosition(parseOffset({ incrementing: null, timestamp: 1500 }))).toEqual({ micros: 1_500_000n })
  })

  it.each([[[]], ['text'], [null], [{ incrementing: 1.5 }], [{ incrementing: '7' }], [{ lsn: 1 }]])(
    'refuse %j',
    (raw) => {
      expect(() => parseOffset(raw as never)).toThrow(/An offset|The offset's/)
    },
  )
})
