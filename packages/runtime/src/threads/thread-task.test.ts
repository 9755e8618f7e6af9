import { jest } from '@jest/globals'
import type { TaskStatus } from '../task/task.ts'
import type { TaskEvents } from '../worker/task-host.ts'
import { FakePool } from './fixtures/fake-pool.ts'
import type { Guilt } from './guilt.ts'
import { ThreadTask } from './thread-task.ts'

function scene(more: Partial<TaskEvents> = {}) {
  const pool = new FakePool()
  const statuses: TaskStatus[] = []
  const told: string[] = []
  const task = new ThreadTask({
    spec: {
      connector: 'a',
      index: 0,
      origin: { url: 'file:///x.ts', exportName: 'x' },
      settings: new Map(),
      slice: null,
      paused: false,
    },
    dedicated: false,
    pool,
    events: { status: (status) => statuses.push(status), topic: () => {}, ...more },
    givenUp: () => told.push('given up'),
    unloaded: () => told.push('unloaded'),
  })
  const lose = (how: 'hung' | 'crashed', guilt: Guilt): void =>
    pool.last.rider.lost({ how, error: new Error('The thread is gone.') }, guilt)
  return { pool, task, statuses, told, lose }
}

describe('a task in a thread that is lost', () => {
  it('goes on in another one, alone if it may be why', () => {
    const { pool, task, lose } = scene()
    lose('hung', 'bystander')
    lose('hung', 'suspect')
    expect(pool.seats.map(({ alone }) => alone)).toEqual([false, false, true])
    expect(task.status().state).toBe('RESTARTING')
  })

  it('tells the next one who it was in its group, unless it had left', () => {
    const { pool, lose } = scene()
    const told = (): unknown => {
      const start = pool.last.posted[0]
      return start?.type === 'start' && start.spec.memberId
    }
    expect(told()).toBe('')
    pool.last.rider.take({ type: 'named', task: 0, memberId: 'member-1' })
    lose('hung', 'bystander')
    expect(told()).toBe('member-1')
    pool.last.rider.take({ type: 'named', task: 0, memberId: '' })
    lose('hung', 'bystander')
    expect(told()).toBe('')
  })

  it('asks the worker whether it is still to run, and is told why not', async () => {
    const confirmCurrent = jest.fn<() => Promise<void>>()
    confirmCurrent.mockResolvedValueOnce(undefined)
    confirmCurrent.mockRejectedValueOnce(new Error('The tasks were divided anew.'))
    const { pool } = scene({ confirmCurrent })
    for (const call of [1, 2]) pool.last.rider.take({ type: 'confirm', task: 0, call })
    await new Promise((resolve) => setImmediate(resolve))
    expect(pool.last.posted.slice(1)).toMatchObject([
      { type: 'answer', call: 1 },
      { type: 'answer', call: 2, error: { message: 'The tasks were divided anew.' } },
    ])
  })

  it('is never given up for what others may have done', () => {
    const { pool, task, lose } = scene()
    for (let time = 0; time < 10; time++) lose('hung', time % 2 === 0 ? 'suspect' : 'bystander')
    expect(task.status().state).toBe('RESTARTING')
    expect(pool.seats).toHaveLength(11)
  })

  it('waits for a person once it certainly hung twice, and can be restarted by one', async () => {
    const { pool, task, lose } = scene()
    lose('hung', 'culprit')
    lose('hung', 'culprit')
    expect(task.status()).toMatchObject({ state: 'FAILED' })
    expect(task.status().nextTryAt).toBeUndefined()
    await task.restart()
    expect(pool.last.alone).toBe(true)
    await task.stop({ timeoutMs: 10 })
  })

  it('tries again by itself once it certainly crashed twice', async () => {
    const { task, lose } = scene()
    lose('crashed', 'culprit')
    lose('crashed', 'culprit')
    expect(task.status().nextTryAt).toBeGreaterThan(0)
    await task.stop({ timeoutMs: 10 })
  })

  it('waits, and takes another thread, when its module could not be loaded', async () => {
    const { pool, task, told } = scene()
    const error = { name: 'Error', message: 'No such module.', stack: undefined, kind: 'fatal' } as const
    pool.last.rider.take({ type: 'unloaded', task: 0, error })
    expect(task.status()).toMatchObject({ state: 'FAILED' })
    expect(task.status().nextTryAt).toBeGreaterThan(0)
    expect(told).toEqual(['unloaded'])
    expect(pool.last.left).toBe(true)
    await task.restart()
    expect(pool.seats).toHaveLength(2)
    await task.stop({ timeoutMs: 10 })
  })
})
