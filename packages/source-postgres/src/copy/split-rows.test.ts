import { NULL_FIELD } from '@sluice/template'
import fc from 'fast-check'
import { messageOf } from '../../test/copy-messages.ts'
import { rowFrames } from './row-frames.ts'
import { type FieldForm, readWhole, splitRows } from './split-rows.ts'

const ESCAPES: Readonly<Record<number, string>> = {
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  92: '\\',
}

/** The text format of COPY as the server writes it, a row a message. */
function copyMessages(rows: ReadonlyArray<readonly (Uint8Array | null)[]>): Buffer {
  const field = (value: Uint8Array | null): Buffer =>
    value === null
      ? Buffer.from('\\N')
      : Buffer.concat(
          [...value].map((byte) =>
            byte in ESCAPES ? Buffer.from(`\\${ESCAPES[byte]}`) : Buffer.from([byte]),
          ),
        )
  const line = (row: readonly (Uint8Array | null)[]): Buffer[] =>
    row.flatMap((value, index) => [...(index === 0 ? [] : [Buffer.from('\t')]), field(value)])
  return Buffer.concat(rows.map((row) => messageOf(Buffer.concat([...line(row), Buffer.from('\n')]))))
}

const texts = (fields: number): FieldForm[] => Array(fields).fill('text')

/** The fields of a RowBatch, by its contract. */
function fieldsOf(buffer: Uint8Array, fieldEnds: Uint32Array): (Uint8Array | null)[] {
  return [...fieldEnds].map((end, index) => {
    if (end >= NULL_FIELD) return null
    const start = index === 0 ? 0 : (fieldEnds[index - 1] ?? 0) & (NULL_FIELD - 1)
    return Uint8Array.from(buffer.subarray(start, end))
  })
}

describe('splitting the text of COPY', () => {
  const rows = (fields: number) =>
    fc.array(
      fc.array(fc.option(fc.uint8Array({ maxLength: 20 })), { minLength: fields, maxLength: fields }),
      { maxLength: 30 },
    )

  it('gives back whatever bytes the fields had, nulls apart from empty and from a text \\N', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((fields) => fc.tuple(fc.constant(fields), rows(fields))),
        ([fields, table]) => {
          const buffer = copyMessages(table)
          const split = splitRows(buffer, { forms: texts(fields), cursorCount: 0 }, table.length)
          expect(split.consumed).toBe(buffer.length)
          expect(fieldsOf(buffer, split.fieldEnds)).toEqual(table.flat())
        },
      ),
    )
  })

  it('gives the same rows however the input is cut, however few are asked for and whatever comes in between', () => {
    const notice = messageOf(Buffer.from('SNOTICE\0Mhello\0\0'), 'N')
    fc.assert(
      fc.property(
        rows(2),
        fc.integer({ min: 1, max: 7 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (table, most, sizes) => {
          const input = Buffer.concat(table.flatMap((row) => [notice, copyMessages([row])]))
          const found: (Uint8Array | null)[] = []
          let rest = Buffer.alloc(0)
          for (let at = 0; at < input.length; ) {
            const size = sizes.next().value as number
            rest = Buffer.concat([rest, input.subarray(at, at + size)])
            at += size
            for (let left = rowFrames(rest, 0, rest.length).rows; left > 0; left -= most) {
              const count = Math.min(left, most)
              const split = splitRows(rest, { forms: texts(2), cursorCount: 0 }, count)
              found.push(...fieldsOf(rest, split.fieldEnds))
              rest = Buffer.from(rest.subarray(split.consumed))
            }
          }
          expect(rest).toHaveLength(0)
          expect(found).toEqual(table.flat())
        },
      ),
    )
  })

  it('turns bytea into its bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }), (values) => {
        const buffer = copyMessages(
          values.map((value) => [Buffer.from(`\\x${Buffer.from(value).toString('hex')}`)]),
        )
        // the server writes the backslash of bytea twice, as of any text
        const { fieldEnds } = splitRows(buffer, { forms: ['bytea'], cursorCount: 0 }, values.length)
        expect(fieldsOf(buffer, fieldEnds)).toEqual(values)
      }),
    )
  })

  it.each([
    ['2024-01-31 12:34:56.123456+00', '2024-01-31T12:34:56.123456Z'],
    ['2024-01-31 12:34:56', '2024-01-31T12:34:56'],
    ['0044-03-15 00:00:00+00 BC', '0044-03-15 00:00:00+00 BC'],
    ['294276-12-31 23:59:59.999999+00', '294276-12-31T23:59:59.999999Z'],
    ['infinity', 'infinity'],
    ['-infinity', '-infinity'],
  ])('writes the timestamp %s as %s', (text, iso) => {
    const buffer = messageOf(Buffer.from(`${text}\tnext\n`))
    const { fieldEnds } = splitRows(buffer, { forms: ['timestamp', 'text'], cursorCount: 0 }, 1)
    expect(fieldsOf(buffer, fieldEnds).map((field) => Buffer.from(field!).toString())).toEqual([iso, 'next'])
  })

  it('keeps cursor columns out of the rows', () => {
    const buffer = Buffer.concat(['a\t1\t2\n', '\\N\t3\t4\n'].map((line) => messageOf(Buffer.from(line))))
    const split = splitRows(buffer, { forms: ['text'], cursorCount: 2 }, 2)
    expect([0, 1, 2, 3].map((index) => readWhole(split.cursors, index))).toEqual([1, 2, 3, 4])
    expect(fieldsOf(buffer, split.fieldEnds)).toEqual([Uint8Array.from([97]), null])
  })

  it('reads cursors exactly, as numbers where these are exact', () => {
    const [least, most] = [-(10n ** 24n) + 1n, 10n ** 24n - 1n]
    fc.assert(
      fc.property(
        fc.oneof(fc.bigInt(least, most), fc.bigInt(-(2n ** 63n), 2n ** 63n), fc.maxSafeInteger().map(BigInt)),
        (value) => {
          const { cursors } = splitRows(
            messageOf(Buffer.from(`${value}\n`)),
            { forms: [], cursorCount: 1 },
            1,
          )
          const isExact = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
          expect(readWhole(cursors, 0)).toBe(isExact ? Number(value) : value)
        },
      ),
    )
  })

  it('refuses a cursor that it could not give back', () => {
    const message = messageOf(Buffer.from(`${10n ** 24n}\n`))
    expect(() => splitRows(message, { forms: [], cursorCount: 1 }, 1)).toThrow('An id of 25 digits')
  })

  it('reads a row without columns', () => {
    const empty = messageOf(Buffer.from('\n'))
    const split = splitRows(Buffer.concat([empty, empty]), { forms: [], cursorCount: 0 }, 2)
    expect(split).toMatchObject({ count: 2, consumed: 2 * empty.length })
  })
})
