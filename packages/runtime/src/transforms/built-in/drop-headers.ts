import { list, rowsWith } from '@sluice/template'
import { wholeRecord } from '../sides.ts'

/** Drops headers by their names. */
export const dropHeaders = wholeRecord({
  name: 'DropHeaders',
  doc: 'Drops headers by their names.',
  config: {
    headers: list({
      doc: 'Names the headers to drop.',
      importance: 'HIGH',
      validate: (names) => (names.length === 0 ? 'must name a header' : undefined),
    }),
  },
  touches: () => ['headers'],
  open: ({ config: { headers } }) => {
    const dropped = new Set(headers)
    return {
      apply: (record) =>
        record.headers?.some(({ key }) => dropped.has(key))
          ? { ...record, headers: record.headers.filter(({ key }) => !dropped.has(key)) }
          : record,
      applyRows: (rows) => rowsWith(rows, { headers: rows.headers?.filter(({ key }) => !dropped.has(key)) }),
    }
  },
})
