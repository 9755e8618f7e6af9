import { contextHeaders } from '../errors/context-headers.ts'
import type { FetchedRecord, RecordHeader } from '../kafka/types.ts'
import { readLetter } from './letter.ts'

const why = (offset: bigint, more: object = {}): readonly RecordHeader[] =>
  contextHeaders({
    task: { connector: 'c', index: 1 },
    place: { topic: 't', partition: 2, offset },
    failure: { stage: 'TASK_PUT', error: new TypeError('Bad.'), by: 'elasticsearch', ...more },
    atMs: 5,
  })

function fetched(headers: readonly RecordHeader[]): FetchedRecord & { topic: string; partition: number } {
  return {
    topic: 'dead',
    partition: 0,
    offset: 9n,
    timestamp: 7,
    timestampType: 'CreateTime',
    key: null,
    value: Buffer.from('x'),
    headers,
  }
}

describe('a dead letter', () => {
  it('says where it came from and why, beside its own headers', () => {
    const own = { key: 'trace-id', value: Buffer.from('1') }
    const letter = readLetter(fetched([own, ...why(3n)]))
    expect(letter.origin).toEqual({ kind: 'sink', topic: 't', partition: 2, offset: 3n })
    expect(letter.reason).toMatchObject({
      connector: 'c',
      task: '1',
      stage: 'TASK_PUT',
      by: 'elasticsearch',
      error: 'TypeError',
      message: 'Bad.',
      at: '1970-01-01T00:00:00.005Z',
    })
    expect(letter.headers).toEqual([own])
  })

  it('keeps the headers of an earlier death: those are its own by now', () => {
    const first = why(3n)
    const letter = readLetter(fetched([...first, ...why(4n)]))
    expect(letter.origin).toMatchObject({ offset: 4n })
    expect(letter.headers).toEqual(first)
  })

  it('is of unknown origin without headers, or with such as make no sense', () => {
    expect(readLetter(fetched([]))).toMatchObject({ origin: { kind: 'unknown' }, reason: undefined })
    const topic = { key: '__connect.errors.topic', value: Buffer.from('t') }
    expect(readLetter(fetched([topic])).origin).toEqual({ kind: 'unknown' })
    expect(readLetter(fetched([{ ...topic, value: null }])).origin).toEqual({ kind: 'unknown' })
  })
})
