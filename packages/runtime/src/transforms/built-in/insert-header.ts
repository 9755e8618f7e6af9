import { type Header, rowsWith, string } from '@sluice/template'
import { parseLiteral } from '../java/literal.ts'
import { wholeRecord } from '../sides.ts'

/** Adds a header. */
export const insertHeader = wholeRecord({
  name: 'InsertHeader',
  doc: 'Adds a header, behind those that bear the same name.',
  config: {
    header: string({ doc: 'Names the header.', importance: 'HIGH' }),
    valueLiteral: string({
      doc: 'Is its value: null, true, false, numbers, dates and times in ISO 8601, [arrays] and {maps} of them are taken for what they look like, anything else for a text.',
      importance: 'HIGH',
    }),
  },
  touches: () => ['headers'],
  open: ({ config }) => {
    const { value, schema } = parseLiteral(config.valueLiteral)
    const header: Header = { key: config.header, value, ...(schema && { schema }) }
    return {
      apply: (record) => ({ ...record, headers: [...(record.headers ?? []), header] }),
      applyRows: (rows) => rowsWith(rows, { headers: [...(rows.headers ?? []), header] }),
    }
  },
})
