import { TakenOverError } from '../offsets/taken-over-error.ts'
import { KafkaError } from '../kafka/types.ts'
import { fromPlainError, toPlainError } from './plain-error.ts'

describe('an error that crosses threads', () => {
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
