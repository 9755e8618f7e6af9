import { isNull } from '../fields.ts'
import { builtInPredicate } from './built-in-predicate.ts'

/** True of records whose value is null. */
export const recordIsTombstone = builtInPredicate({
  name: 'RecordIsTombstone',
  doc: 'Is true of records whose value is null.',
  config: {},
  touches: () => ['value'],
  open: () => ({ test: (record) => isNull(record.value) }),
})
