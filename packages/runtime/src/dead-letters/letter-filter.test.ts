import type { DeadLetter } from './letter.ts'
import { isMeant, type LetterFilter } from './letter-filter.ts'

const letter: DeadLetter = {
  topic: 'dead',
  partition: 1,
  offset: 5n,
  timestamp: 1000,
  key: null,
  value: null,
  headers: [],
  origin: { kind: 'unknown' },
  reason: {
    connector: 'c',
    task: '0',
    stage: 'TASK_PUT',
    by: 'x',
    error: 'RecordError',
    message: 'mapper_parsing_exception: no number',
    trace: '',
    at: '1970-01-01T00:00:02.000Z',
  },
}

describe('a filter of dead letters', () => {
  it.each<[LetterFilter, boolean]>([
    [{}, true],
    [{ stage: 'task_put' }, true],
    [{ stage: 'VALUE_CONVERTER' }, false],
    [{ connector: 'c' }, true],
    [{ connector: 'd' }, false],
    [{ reason: /mapper_parsing/ }, true],
    [{ reason: /^RecordError:/ }, true],
    [{ reason: /strict_dynamic/ }, false],
    [{ partition: 0 }, false],
    [{ from: 5n, until: 5n }, true],
    [{ from: 6n }, false],
    [{ until: 4n }, false],
    [{ since: 2000 }, true],
    [{ since: 2001 }, false],
    [{ stage: 'TASK_PUT', connector: 'd' }, false],
  ])('%j: %s', (filter, meant) => {
    expect(isMeant(letter, filter)).toBe(meant)
  })

  it('takes the time of the record where no header says when it was set aside', () => {
    const old = { ...letter, reason: undefined }
    expect(isMeant(old, { since: 1000 })).toBe(true)
    expect(isMeant(old, { since: 1001 })).toBe(false)
    expect(isMeant(old, { reason: /./ })).toBe(true)
    expect(isMeant(old, { stage: 'TASK_PUT' })).toBe(false)
  })
})
