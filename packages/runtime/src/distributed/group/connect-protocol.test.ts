import fc from 'fast-check'
import { decodeAssignment, decodeState, encodeAssignment, encodeState } from './connect-protocol.ts'
import { byName, keyOf } from './unit.ts'

/** Version 2, url, offset, and as allocation an assignment with one connector. */
const stateHex =
  '0002' +
  '0008' +
  '687474703a2f2f61' +
  '0000000000000007' +
  '0000002b' +
  '0002' +
  '0000' +
  '0000' +
  '0000' +
  '0000000000000007' +
  '00000001' +
  '0001' +
  '63' +
  '00000002' +
  'ffffffff' +
  '00000001' +
  'ffffffff' +
  '00000000'

const units = fc
  .uniqueArray(fc.record({ connector: fc.string(), task: fc.integer({ min: -1, max: 9 }) }), {
    selector: keyOf,
  })
  .map((some) => some.toSorted(byName))

describe("the protocol's bytes", () => {
  it('are laid out as Kafka Connect lays out version 2', () => {
    const held = [
      { connector: 'c', task: 1 },
      { connector: 'c', task: -1 },
    ]
    const bytes = encodeState({ url: 'http://a', configOffset: 7n, held })
    const body = bytes.subarray(24)
    expect(bytes.toString('hex')).toBe(
      stateHex.replace('0000002b', body.length.toString(16).padStart(8, '0')),
    )
    expect(decodeState(bytes)).toEqual({ url: 'http://a', configOffset: 7n, held: held.toSorted(byName) })
  })

  it('come back as they were', () => {
    fc.assert(
      fc.property(
        fc.record({
          error: fc.constantFrom('none' as const, 'mismatch' as const),
          leaderId: fc.string(),
          leaderUrl: fc.webUrl(),
          configOffset: fc.bigInt({ min: -1n, max: 2n ** 60n }),
          assigned: units,
          revoked: units,
          delayMs: fc.nat(),
        }),
        (assignment) => {
          expect(decodeAssignment(Buffer.from(encodeAssignment(assignment)))).toEqual(assignment)
        },
      ),
    )
  })

  it('of an empty answer ask to join again', () => {
    expect(decodeAssignment(Buffer.alloc(0))).toMatchObject({ error: 'mismatch', assigned: [], revoked: [] })
  })
})
