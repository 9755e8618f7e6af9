import { RecordError } from '@sluice/template'
import { sinkRecord } from '@sluice/testkit'
import { recordClock } from './record-clock.ts'

describe('the clock of records', () => {
  it('is none where the wall clock counts', () => {
    expect(recordClock('Wallclock', '')).toBeUndefined()
  })

  it("is the record's own time", () => {
    expect(recordClock('Record', '')!(sinkRecord({ timestamp: 5 }))).toBe(5)
  })

  it.each([7, 7n, new Date(7), '1970-01-01T00:00:00.007Z'])('is a field of the value: %p', (at) => {
    const clock = recordClock('RecordField', 'meta.at')!
    expect(clock(sinkRecord({ value: { meta: { at } } }))).toBe(7)
    expect(clock(sinkRecord({ value: new Map([['meta', { at }]]) }))).toBe(7)
  })

  it.each([null, {}, { meta: null }, { meta: { at: 'soon' } }, 'text'])('is missing in %p', (value) => {
    expect(() => recordClock('RecordField', 'meta.at')!(sinkRecord({ value }))).toThrow(RecordError)
  })
})
