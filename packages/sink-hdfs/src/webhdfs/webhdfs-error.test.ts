import { errorOfAnswer, remedyFor, WebHdfsError } from './webhdfs-error.ts'

function answer(exception: string, status = 403): WebHdfsError {
  const body = JSON.stringify({
    RemoteException: { exception, message: `it failed\n\tat java.lang.Thread.run` },
  })
  return errorOfAnswer('RENAME /a', status, body)
}

describe('an answer of failure', () => {
  it('keeps the exception and the first line of what it says', () => {
    expect(answer('AccessControlException').message).toBe(
      'RENAME /a was answered 403 AccessControlException: it failed',
    )
  })

  it('is understood without a body, as from a proxy', () => {
    expect(errorOfAnswer('CREATE /a', 502, '<html>').message).toBe('CREATE /a was answered 502')
  })

  it.each([
    ['StandbyException', 'elsewhere'],
    ['SafeModeException', 'later'],
    ['RetriableException', 'later'],
    ['IOException', 'later'],
    ['FileNotFoundException', 'missing'],
    ['AccessControlException', 'never'],
    ['SomethingNewException', 'never'],
  ] as const)('%s means: %s', (exception, remedy) => {
    expect(remedyFor(answer(exception))).toBe(remedy)
  })

  it('of a server in trouble may pass, unknown as it is', () => {
    expect(remedyFor(answer('', 503))).toBe('later')
    expect(remedyFor(answer('', 401))).toBe('never')
  })
})

describe('a request without an answer', () => {
  it('goes elsewhere where it reached nobody, and is asked about later where that is unclear', () => {
    expect(remedyFor(new WebHdfsError('x', { outcome: 'unreached' }))).toBe('elsewhere')
    expect(remedyFor(new WebHdfsError('x', { outcome: 'unclear' }))).toBe('later')
  })
})

it('an error of another kind has no remedy', () => {
  for (const thrown of [new Error('x'), undefined, null, 'text', { outcome: 'unclear' }]) {
    expect(remedyFor(thrown)).toBe('never')
  }
})
