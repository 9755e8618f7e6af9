import { nonEmpty, string } from '@sluice/template'
import { builtInPredicate } from './built-in-predicate.ts'

/** True of records that have a header of a name. */
export const hasHeaderKey = builtInPredicate({
  name: 'HasHeaderKey',
  doc: 'Is true of records that have a header of that name.',
  config: { name: string({ doc: 'Names the header.', importance: 'MEDIUM', validate: nonEmpty }) },
  touches: () => ['headers'],
  open: ({ config: { name } }) => ({
    test: (record) => record.headers?.some(({ key }) => key === name) ?? false,
  }),
})
