import { TakenOverError } from '../offsets/taken-over-error.ts'
import { fromPlainError, toPlainError } from './plain-error.ts'

describe('an error that crosses threads', () => {
  it('still says that another worker has taken over', () => {
    const error = fromPlainError(structuredClone(toPlainError(new TakenOverError('It is theirs.'))))
    expect(error).toBeInstanceOf(TakenOverError)
    expect(error.message).toBe('It is theirs.')
  })
})
