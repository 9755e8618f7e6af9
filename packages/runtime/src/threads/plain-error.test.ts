import { ConfigurationError, kindOf } from '@sluice/template'
import { TakenOverError } from '../offsets/taken-over-error.ts'
import { KafkaError } from '../kafka/types.ts'
import { fromPlainError, toPlainError } from './plain-error.ts'

describe('an error that crosses threads', () => {
  it('still says that settings are refused, and why', () => {
    const refused = new ConfigurationError('No.', { cause: new Error('ENOENT') })
    const error = fromPlainError(structuredClone(toPlainError(refused)))
    expect(kindOf(error)).toBe('config')
    expect(error.cause).toMatchObject({ message: 'ENOENT' })
  })

  it('keeps its kind where only another copy of the template knows the class', () => {
    const foreign = Object.assign(new Error('Later.'), {
      [Symbol.for('sluice.error.kind')]: 'retriable',
      backoffMs: 5,
    })
    expect(fromPlainError(structuredClone(toPlainError(foreign)))).toMatchObject({ backoffMs: 5 })
  })

  it('may be its own cause', () => {
    const error = new Error('Round.')
    error.cause = error
    expect(fromPlainError(toPlainError(error)).message).toBe('Round.')
  })

  it('still says that another worker has taken over', () => {
    const error = fromPlainError(structuredClone(toPlainError(new TakenOverError('It is theirs.'))))
    expect(error).toBeInstanceOf(TakenOverError)
    expect(error.message).toBe('It is theirs.')
  })

  it('carries what Kafka says across threads, and whether waiting cures it', () => {
    const cut = new KafkaError('The broker was not reached.', { code: 'NETWORK', retriable: true })
    const error = fromPlainError(structuredClone(toPlainError(cut)))
    expect(error).toBeInstanceOf(KafkaError)
    expect(error).toMatchObject({ code: 'NETWORK', retriable: true, message: cut.message })
  })
})
