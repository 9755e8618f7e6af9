import { getEventListeners } from 'node:events'
import { wait } from './wait.ts'

describe('wait', () => {
  it('resolves, and leaves no listener on the signal', async () => {
    const { signal } = new AbortController()
    await wait(1, signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('rejects with the reason as soon as the signal aborts', async () => {
    const controller = new AbortController()
    const waiting = wait(60_000, controller.signal)
    controller.abort(new Error('stop'))
    await expect(waiting).rejects.toThrow('stop')
  })

  it('rejects at once where the signal had aborted before', async () => {
    await expect(wait(60_000, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
  })
})
