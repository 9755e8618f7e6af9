import { type Header, type RecordData, RecordError, type RecordSchema, shownValue } from '@sluice/template'

/** What a function of a record may give: true or the record (it stays), false or null (it is dropped), or new parts of it. */
export function applyOutcome(record: RecordData, outcome: unknown): RecordData | null {
  if (outcome === true || outcome === record) return record
  if (outcome === false || outcome === null) return null
  if (typeof outcome !== 'object' || Array.isArray(outcome)) {
    throw new RecordError(
      `The function gave ${shownValue(outcome)}: give true, false, null, or an object of new parts.`,
    )
  }
  if (typeof (outcome as { then?: unknown }).then === 'function') {
    throw new RecordError('The function gave a promise: a transform cannot wait.')
  }
  return { ...record, ...partsOf(outcome) }
}

type Check = (value: unknown) => boolean

/** The parts that may be changed, and what they may be; null takes away what needn't be there. */
const parts: Readonly<Record<string, { readonly check: Check; readonly wanted: string }>> = {
  topic: { check: (value) => typeof value === 'string' && value !== '', wanted: 'a text' },
  partition: { check: (value) => isCount(value), wanted: 'a whole number' },
  timestamp: { check: (value) => isCount(value), wanted: 'a whole number' },
  key: { check: () => true, wanted: '' },
  value: { check: () => true, wanted: '' },
  keySchema: { check: isSchema, wanted: 'a schema' },
  valueSchema: { check: isSchema, wanted: 'a schema' },
  headers: { check: isHeaders, wanted: 'a list of { key, value }' },
}

const removable = new Set(['partition', 'timestamp', 'keySchema', 'valueSchema', 'headers'])
/** What a record brings along itself, so that `{ ...record, topic }` is allowed. */
const ignored = new Set(['origin'])

function partsOf(outcome: object): Partial<RecordData> {
  const changed: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(outcome)) {
    if (ignored.has(name)) continue
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined
    if (part === undefined)
      throw new RecordError(`A record has no part ${name}: there are ${Object.keys(parts).join(', ')}.`)
    const removed = (value === null || value === undefined) && removable.has(name)
    if (!removed && !part.check(value))
      throw new RecordError(`The part ${name} must be ${part.wanted}, not ${shownValue(value)}.`)
    changed[name] = removed ? undefined : value
  }
  return changed
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isSchema(value: unknown): value is RecordSchema {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

function isHeaders(value: unknown): value is readonly Header[] {
  return Array.isArray(value) && value.every((header: unknown) => isHeader(header))
}

function isHeader(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { key?: unknown }).key === 'string'
}
