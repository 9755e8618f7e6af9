import { jest } from '@jest/globals'
import { silentLogger } from '../telemetry/logger.ts'
import { openTask } from './open-task.ts'
import { tellIfSlow } from './slow-call.ts'
import type { TaskOptions } from './task.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

function scene() {
  const told: (string | undefined)[] = []
  const to = { log: silentLogger, detail: (text: string | undefined) => void told.push(text) }
  return { told, to }
}

describe('a call of the connector', () => {
  it('is told of while it takes long', async () => {
    const { told, to } = scene()
    const answer = Promise.withResolvers<number>()
    const call = tellIfSlow('put', answer.promise, to)
    await jest.advanceTimersByTimeAsync(29_999)
    expect(told).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect(told).toEqual([expect.stringContaining('put has given no answer for 30 s')])
    answer.resolve(7)
    expect(await call).toBe(7)
    expect(told).toHaveLength(2)
    expect(told[1]).toBeUndefined()
  })

  it('is not told of where it is quick, or rejects', async () => {
    const { told, to } = scene()
    await tellIfSlow('put', Promise.resolve(), to)
    await expect(tellIfSlow('put', Promise.reject(new Error('Broken.')), to)).rejects.toThrow('Broken.')
    await jest.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([])
  })
})

describe('a connector that opens after nobody waits for it any more', () => {
  it('is closed again', async () => {
    const { to } = scene()
    const cut = new AbortController()
    const opening = Promise.withResolvers<{ close(): Promise<void> }>()
    const run = { options: { log: to.log } as TaskOptions, detail: to.detail, cut: cut.signal }
    const opened = openTask(() => opening.promise, run)
    cut.abort(new Error('Cut.'))
    await expect(opened).rejects.toThrow('Cut.')
    const close = jest.fn(async () => {})
    opening.resolve({ close })
    await opening.promise
    await jest.advanceTimersByTimeAsync(0)
    expect(close).toHaveBeenCalledTimes(1)
  })
})
