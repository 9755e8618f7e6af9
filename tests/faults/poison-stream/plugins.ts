import { defineTransform, type RecordData, RecordError, RetriableError } from '@sluice/template'

type Trip = (record: RecordData) => RecordData

/** What a transform may do wrong to a record, by the `kind` that its value says. */
const trips: Readonly<Record<string, Trip>> = {
  'type-error': () => (undefined as unknown as { missing: RecordData }).missing,
  'record-error': () => {
    throw new RecordError('This record will never do.')
  },
  'thrown-text': () => {
    throw 'A text, no error.' as unknown as Error
  },
  'thrown-null': () => {
    throw null as unknown as Error
  },
  busy: () => {
    throw new RetriableError('Not now, and never.')
  },
  chatty: () => {
    throw new Error('x'.repeat(2_000_000))
  },
  'bad-topic': (record) => ({ ...record, topic: 'no topic/of that name' }),
  'bad-value': (record) => ({ ...record, value: { id: 'one', kind: 1, body: null } }),
  'bad-key': (record) => ({ ...record, keySchema: { type: 'int32' }, key: 'no number' }),
  'bad-header': (record) => ({ ...record, headers: [{ key: 'h', value: { f: () => 1 } }] }),
}

/** Trips over records whose value says so. */
export const trip = defineTransform({
  name: 'Trip',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => ['key', 'value', 'headers', 'topic'],
  changes: () => ['value'],
  open: () => ({
    apply: (record) => {
      const { kind } = (record.value ?? {}) as { kind?: unknown }
      const wrong = typeof kind === 'string' && Object.hasOwn(trips, kind) ? trips[kind] : undefined
      return wrong ? wrong(record) : record
    },
  }),
})

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Makes of any bytes a value that a sink takes: the mended settings of an operator who wants everything. */
export const mend = defineTransform({
  name: 'Mend',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => ['value'],
  changes: () => ['value'],
  open: () => ({
    // what it makes is no longer the bytes that the schema says
    apply: (record) => ({ ...record, value: mended(record.value as Uint8Array), valueSchema: undefined }),
  }),
})

function mended(bytes: Uint8Array): object {
  try {
    const { kind, n, at } = JSON.parse(utf8.decode(bytes)) as { kind?: unknown; n?: unknown; at?: unknown }
    if (kind === 'good' && typeof n === 'number' && Number.isFinite(Date.parse(String(at))))
      return { kind, n, at }
  } catch {
    // kept as it is, below
  }
  return { kind: 'mended', raw: Buffer.from(bytes).toString('base64') }
}
