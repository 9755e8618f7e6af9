import type { Sending } from './letters.ts'

/** One bad record: what it is, and in which stage it fails. */
export interface Poison extends Sending {
  readonly kind: string
  readonly stage: string
}

export const goodRecords = 540
const ofEachKind = 5

type Sample = readonly [kind: string, stage: string, value: string | Uint8Array, more?: Partial<Sending>]

/** What both sinks refuse before they see it. */
const unreadable: readonly Sample[] = [
  ['no JSON', 'VALUE_CONVERTER', 'no json'],
  ['JSON cut short', 'VALUE_CONVERTER', '{"kind":"good","n":1'],
  ['no UTF-8', 'VALUE_CONVERTER', Buffer.from([0x22, 0xff, 0x22])],
  ['a key that is no JSON', 'KEY_CONVERTER', good(1), { key: Buffer.from('no json') }],
  ['a header that is no JSON', 'HEADER_CONVERTER', good(1), { headers: { h: Buffer.from('no json') } }],
  ['a transform that fails', 'TRANSFORMATION', '{"kind":"record-error","n":1}'],
]

/** Twelve kinds for an index with a strict mapping, whose ids are the keys. */
export const forElasticsearch: readonly Sample[] = [
  ...unreadable,
  ['no object', 'TASK_PUT', '[1]'],
  ['text for a number', 'TASK_PUT', '{"kind":"good","n":"one"}'],
  ['text for a date', 'TASK_PUT', '{"kind":"good","at":"yesterday"}'],
  ['a field that the mapping lacks', 'TASK_PUT', '{"kind":"good","unheard":1}'],
  ['no key', 'TASK_PUT', good(1), { key: null }],
  ['a key too long for an id', 'TASK_PUT', good(1), { key: Buffer.from(JSON.stringify('k'.repeat(600))) }],
]

/** Twelve kinds for files of JSON that rotate by the time in a field. */
export const forHdfs: readonly Sample[] = [
  ...unreadable,
  ['nothing at all', 'VALUE_CONVERTER', ''],
  ['two documents', 'VALUE_CONVERTER', '{}{}'],
  ['a transform that throws a text', 'TRANSFORMATION', '{"kind":"thrown-text","n":1}'],
  ['a transform that is busy for ever', 'TRANSFORMATION', '{"kind":"busy","n":1}'],
  ['no time', 'TASK_PUT', '{"kind":"good","n":1}'],
  ['a time that is none', 'TASK_PUT', '{"kind":"good","at":"yesterday"}'],
]

/** Nine good records, then a bad one, and so on; the kinds in turn. */
export function stream(samples: readonly Sample[]): readonly (Sending & { readonly poison?: Poison })[] {
  const bad = Array.from({ length: samples.length * ofEachKind }, (_, index) => {
    const [kind, stage, value, more] = samples[index % samples.length]!
    const trace = { 'trace-id': Buffer.from(JSON.stringify(index)) }
    const { headers, ...rest } = { key: Buffer.from(`"bad-${index}"`), ...more }
    const sending = { value: Buffer.from(value), ...rest, headers: { ...trace, ...headers } }
    return { ...sending, poison: { kind, stage, ...sending } }
  })
  const goodOnes = Array.from({ length: goodRecords }, (_, index) => ({
    key: Buffer.from(`"k${index}"`),
    value: Buffer.from(good(index)),
  }))
  const step = goodRecords / bad.length
  return bad.flatMap((one, index) => [...goodOnes.slice(index * step, (index + 1) * step), one])
}

function good(n: number): string {
  return JSON.stringify({ kind: 'good', n, at: '2026-11-22T10:00:00Z' })
}
