import fc from 'fast-check'
import { ConfigurationError, kindOf, RecordError, RetriableError } from './errors.ts'

describe('kindOf', () => {
  it('knows the kinds that the runtime acts on', () => {
    expect(kindOf(new RetriableError('lost the database'))).toBe('retriable')
    expect(kindOf(new RecordError('no such field'))).toBe('record')
    expect(kindOf(new ConfigurationError('store.url names no file system'))).toBe('config')
  })

  it('knows them from another copy of the package, by brand', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('sluice.error.kind')]: 'retriable' })
    expect(kindOf(foreign)).toBe('retriable')
  })

  it('calls everything else fatal, whatever was thrown', () => {
    fc.assert(fc.property(fc.anything(), (thrown) => expect(kindOf(thrown)).toBe('fatal')))
  })

  it('keeps the cause and the least wait', () => {
    const cause = new Error('ECONNRESET')
    const error = new RetriableError('lost the database while reading orders', { cause, backoffMs: 500 })
    expect(error.cause).toBe(cause)
    expect(error.backoffMs).toBe(500)
  })
})
