import { wholeRecord } from '../sides.ts'

/** Drops every record that it is applied to. */
export const filter = wholeRecord({
  name: 'Filter',
  doc: 'Drops every record that it is applied to: give it a predicate.',
  config: {},
  touches: () => [],
  open: () => ({ apply: () => null }),
})
