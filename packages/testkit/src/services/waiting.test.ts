import { eventually, WaitIsVain } from './waiting.ts'

const quickly = { everyMs: 0, deadlineMs: 10_000 }

describe('eventually', () => {
  it('returns what the first attempt that resolves returns', async () => {
    let attempts = 0
    const result = await eventually(async () => {
      attempts++
      if (attempts < 3) throw new Error('not yet')
      return `after ${attempts}`
    }, quickly)
    expect(result).toBe('after 3')
  })

  it('gives up at the deadline with the last reason', async () => {
    const failing = eventually(() => Promise.reject(new Error('still down')), { everyMs: 0, deadlineMs: 0 })
    await expect(failing).rejects.toThrow('gave up after 0 s: still down')
  })

  it('does not try again what is in vain', async () => {
    let attempts = 0
    const vain = eventually(() => {
      attempts++
      throw new WaitIsVain('it died')
    }, quickly)
    await expect(vain).rejects.toThrow('it died')
    expect(attempts).toBe(1)
  })

  it("ends with the signal's reason during a pause", async () => {
    const controller = new AbortController()
    const waiting = eventually(
      () => {
        queueMicrotask(() => controller.abort(new Error('enough')))
        throw new Error('not yet')
      },
      { everyMs: 60_000, deadlineMs: 60_000, signal: controller.signal },
    )
    await expect(waiting).rejects.toThrow('enough')
  })
})
