import type { DeadLetter } from '@sluice/runtime'
import { parseJson } from '@sluice/template'
import { letterJson, letterText, reasonLine } from './letter-text.ts'

const sinks: DeadLetter = {
  topic: 'orders-dlq',
  partition: 0,
  offset: 41n,
  timestamp: 0,
  key: Buffer.from('"k"'),
  value: Buffer.from([0xff]),
  headers: [{ key: 'trace-id', value: Buffer.from('7') }],
  origin: { kind: 'sink', topic: 'orders', partition: 2, offset: 9007199254740993n },
  reason: {
    connector: 'to-index',
    task: '0',
    stage: 'TRANSFORMATION',
    by: 'org.example.Round',
    transform: 'round',
    error: 'TypeError',
    message: 'No number.\nReally.',
    trace: 'TypeError: No number.\n    at round',
    at: '2026-11-22T10:11:12.345Z',
  },
}

const sources: DeadLetter = {
  ...sinks,
  key: null,
  value: Buffer.from('{"schema":{"type":"int32"},"payload":5}'),
  headers: [],
  origin: {
    kind: 'source',
    topic: 'tables',
    topicPartition: undefined,
    partition: '{"table":"x"}',
    offset: '{"id":1}',
    inexact: ['key'],
  },
  reason: undefined,
}

describe('a dead letter in print', () => {
  it('says what, when, from where, why, and what it holds', () => {
    expect(letterText(sinks, { full: false, trace: true })).toBe(
      [
        'orders-dlq-0@41  2026-11-22 10:11:12.345Z  connector to-index, task 0',
        '  from    orders-2@9007199254740993',
        '  stage   TRANSFORMATION (round, org.example.Round)',
        '  error   TypeError: No number.\\nReally.',
        '  key     "k"',
        '  value   0xff',
        '  header  trace-id = 7',
        '    TypeError: No number.',
        '        at round',
        '',
      ].join('\n'),
    )
  })

  it("shows a source's record without the envelope, and a letter without headers as far as it goes", () => {
    expect(letterText(sources, { full: false, trace: true })).toBe(
      [
        'orders-dlq-0@41  1970-01-01 00:00:00.000Z',
        '  from    source {"table":"x"}, offset {"id":1}, for topic tables (not exact: key)',
        '  key     (null)',
        '  value   5',
        '',
      ].join('\n'),
    )
    expect(letterText({ ...sources, origin: { kind: 'unknown' } }, { full: false, trace: false })).toContain(
      'from    (unknown',
    )
    expect(reasonLine(sources, 10)).toBe('(no headers say why)')
  })

  it('is JSON on one line for programs, with nothing lost', () => {
    expect(parseJson(letterJson(sinks))).toEqual({
      topic: 'orders-dlq',
      partition: 0,
      offset: 41,
      at: '2026-11-22T10:11:12.345Z',
      origin: { kind: 'sink', topic: 'orders', partition: 2, offset: 9007199254740993n },
      reason: sinks.reason,
      key: '"k"',
      value: { base64: '/w==' },
      headers: [{ key: 'trace-id', value: '7' }],
    })
  })
})
