import { NULL_FIELD } from '@sluice/template'
import fc from 'fast-check'
import { splitRows } from './split-rows.ts'

const ESCAPES: Readonly<Record<number, string>> = {
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  92: '\\',
}

/** The text format of COPY as the server writes it. */
function copyText(rows: ReadonlyArray<readonly (Uint8Array | null)[]>): Buffer {
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
  return Buffer.concat(rows.flatMap((row) => [...line(row), Buffer.from('\n')]))
}

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
          const buffer = copyText(table)
          const split = splitRows(buffer, {
            forms: Array(fields).fill('text'),
            cursorCount: 0,
            maxRows: 1000,
          })
          expect(split.count).toBe(table.length)
          expect(fieldsOf(buffer, split.fieldEnds)).toEqual(table.flat())
        },
      ),
    )
  })

  it('gives the same rows however the input is cut and however few are asked for', () => {
    fc.assert(
      fc.property(
        rows(2),
        fc.integer({ min: 1, max: 7 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (table, maxRows, sizes) => {
          const input = copyText(table)
          const found: (Uint8Array | null)[] = []
          let rest = Buffer.alloc(0)
          for (let at = 0; at < input.length; ) {
            const size = sizes.next().value as number
            rest = Buffer.concat([rest, input.subarray(at, at + size)])
            at += size
            for (let count = -1; count !== 0; ) {
              const split = splitRows(rest, { forms: ['text', 'text'], cursorCount: 0, maxRows })
              found.push(...fieldsOf(rest, split.fieldEnds))
              rest = Buffer.from(rest.subarray(split.consumed))
              count = split.count
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
        const buffer = copyText(
          values.map((value) => [Buffer.from(`\\x${Buffer.from(value).toString('hex')}`)]),
        )
        const { fieldEnds } = splitRows(buffer, { forms: ['bytea'], cursorCount: 0, maxRows: 100 })
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
    const buffer = Buffer.from(`${text}\tnext\n`)
    const { fieldEnds } = splitRows(buffer, { forms: ['timestamp', 'text'], cursorCount: 0, maxRows: 1 })
    expect(fieldsOf(buffer, fieldEnds).map((field) => Buffer.from(field!).toString())).toEqual([iso, 'next'])
  })

  it('keeps cursor columns out of the rows', () => {
    const buffer = Buffer.from('a\t1\t2\n\\N\t3\t4\n')
    const split = splitRows(buffer, { forms: ['text'], cursorCount: 2, maxRows: 10 })
    expect(split.cursors).toEqual(['1', '2', '3', '4'])
    expect(fieldsOf(buffer, split.fieldEnds)).toEqual([Uint8Array.from([97]), null])
  })

  it('reads a row without columns', () => {
    expect(splitRows(Buffer.from('\n\n'), { forms: [], cursorCount: 0, maxRows: 10 })).toMatchObject({
      count: 2,
      consumed: 2,
    })
  })
})
