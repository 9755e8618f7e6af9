import { kindOf } from '@sluice/template'
import fc from 'fast-check'
import { dayOf, epochDayOf } from './date-format/calendar.ts'
import { datePatternIssue, javaDateFormat } from './date-format.ts'

describe('a pattern of SimpleDateFormat', () => {
  it('reads what it has written', () => {
    const { format, parse } = javaDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
    const years = { min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }
    fc.assert(
      fc.property(fc.date(years), (date) => {
        expect(parse(format(date.getTime()))).toBe(date.getTime())
      }),
    )
  })

  it('refuses a text that it cannot read as the fault of the record, and never throws anything else', () => {
    const patterns = [
      'yyyy-MM-dd',
      'EEE, d MMM yy HH:mm z',
      'hh:mm a',
      "yyyyMMdd'T'HHmmssX",
      'D G Y',
      'w W F u',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...patterns), fc.string(), (pattern, text) => {
        try {
          expect(Number.isSafeInteger(javaDateFormat(pattern).parse(text))).toBe(true)
        } catch (error) {
          expect(kindOf(error)).toBe('record')
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['yyyy-foo', 'the letter f means nothing there'],
    ["yyyy'x", 'whose quote is not closed'],
    ['XXXX', 'X can stand three times at most'],
  ])('is refused: %s', (pattern, what) => {
    expect(datePatternIssue(pattern)).toContain(what)
  })
})

describe('the calendar', () => {
  it('has the fifteenth of October 1582 after the fourth', () => {
    expect(dayOf(-141_428)).toEqual({ year: 1582, month: 9, day: 4 })
    expect(dayOf(-141_427)).toEqual({ year: 1582, month: 9, day: 15 })
  })

  it('finds each day again', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), (day) => {
        expect(epochDayOf(dayOf(day))).toBe(day)
      }),
    )
  })
})
