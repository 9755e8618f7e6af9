import { parseJson, stringifyJson } from '@sluice/template'
import fc from 'fast-check'
import { parseOffset, toOffset, toPosition, whole } from './position.ts'

describe('offsets', () => {
  it("are stored in the JDBC source's shape", () => {
    expect(toOffset({ id: 42 })).toEqual({ incrementing: 42 })
    expect(toOffset({ micros: 1_700_000_000_123_456, id: 1 })).toEqual({
      incrementing: 1,
      timestamp: 1_700_000_000_123,
      timestamp_nanos: 123_456_000,
    })
    expect(toOffset({ micros: -1 })).toEqual({ timestamp: -1, timestamp_nanos: 999_999_000 })
  })

  it('come back from storage as they went, to the microsecond and beyond 2^53', () => {
    const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(whole)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.record({ id: int64, micros: int64 }, { requiredKeys: [] }),
          fc.record({ xid: fc.bigInt(0n, 2n ** 63n).map(whole) }),
        ),
        (position) => {
          expect(toPosition(parseOffset(parseJson(stringifyJson(toOffset(position)))))).toEqual(position)
        },
      ),
    )
  })

  it('of a JDBC source that stored milliseconds only are understood', () => {
    expect(toPosition(parseOffset({ timestamp: 1500 }))).toEqual({ micros: 1_500_000 })
    expect(toPosition(parseOffset({ incrementing: null, timestamp: 1500 }))).toEqual({ micros: 1_500_000 })
  })

  it.each([[[]], ['text'], [null], [{ incrementing: 1.5 }], [{ incrementing: '7' }], [{ lsn: 1 }]])(
    'refuse %j',
    (raw) => {
      expect(() => parseOffset(raw as never)).toThrow(/An offset|The offset's/)
    },
  )
})
