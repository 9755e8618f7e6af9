import { kindOf, RetriableError } from '@sluice/template'
import { isTransient, readError } from './errors.ts'

const failure = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code })

describe('errors of the database', () => {
  it.each([
    ['ECONNREFUSED', failure('connect ECONNREFUSED', 'ECONNREFUSED')],
    ['ETIMEDOUT', failure('read ETIMEDOUT', 'ETIMEDOUT')],
    ['EPIPE', failure('write EPIPE', 'EPIPE')],
    ['too many connections', failure('sorry, too many clients already', '53300')],
    ['a shutdown', failure('terminating connection', '57P01')],
    ['a start', failure('the database system is starting up', '57P03')],
    ['a lock that was not given', failure('canceling statement due to lock timeout', '55P03')],
    ['a lost connection', failure('Connection terminated unexpectedly')],
    ['a silent server', failure('Query read timeout')],
    ['a retriable error', new RetriableError('Failed to connect.')],
  ])('are tried again after %s', (_name, error) => {
    expect(isTransient(error)).toBe(true)
    expect(kindOf(readError('read', error))).toBe('retriable')
  })

  it.each([
    [
      'a refused login',
      failure('password authentication failed', '28P01'),
      /connection.user and connection.password/,
    ],
    ['a missing right', failure('permission denied for table t', '42501'), /GRANT SELECT/],
    ['a missing table', failure('relation "t" does not exist', '42P01'), /Create the table/],
    [
      'a setting of ours',
      new Error('window.url must be the URL of the primary, for connection.url is a standby'),
      /^window.url/,
    ],
  ])('end the task after %s, with what to do', (_name, error, message) => {
    const shown = readError('read table t', error)
    expect(kindOf(shown)).toBe('fatal')
    expect(shown.message).toMatch(message)
  })
})
