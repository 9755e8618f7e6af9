import { jest } from '@jest/globals'
import { FakePool } from './fixtures/fake-pool.ts'
import { SplitWatch } from './split-watch.ts'

const crashed = { how: 'crashed', error: new Error('The thread has crashed.') } as const

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

function scene() {
  const pool = new FakePool()
  const ending = new AbortController()
  const divided: (readonly unknown[])[] = []
  const lost: string[] = []
  let resplits = 0
  new SplitWatch({
    spec: { connector: 'a', origin: { url: 'file:///x.ts', exportName: 'x' }, settings: new Map() },
    maxTasks: 3,
    slices: ['x'],
    pool,
    limitMs: 100_000,
    signal: ending.signal,
    resplit: () => resplits++,
    divided: (slices) => divided.push(slices),
    lost: (reason) => lost.push(reason),
  }).start()
  const say = (slices: readonly string[]): void => pool.last.rider.take({ type: 'divided', task: 0, slices })
  return { pool, ending, divided, lost, say, resplits: () => resplits }
}

describe('the watch of a split', () => {
  it('tells what differs from what the tasks have, once', () => {
    const { divided, say } = scene()
    say(['x'])
    say(['x', 'y'])
    say(['x', 'y'])
    expect(divided).toEqual([['x', 'y']])
  })

  it('passes on that the connector asks to be split again', () => {
    const { pool, resplits } = scene()
    pool.last.rider.take({ type: 'resplit', task: 0 })
    expect(resplits()).toBe(1)
  })

  it('begins again in a thread of its own after a wait when its thread was lost, and tells what has changed', () => {
    const { pool, divided, lost, say } = scene()
    say(['x'])
    pool.last.rider.lost(crashed, 'suspect')
    expect(lost).toEqual(['The thread has crashed.'])
    expect(pool.seats).toHaveLength(1)
    jest.advanceTimersByTime(20_000)
    expect(pool.seats.map(({ alone }) => alone)).toEqual([false, true])
    expect(pool.last.posted.map(({ type }) => type)).toEqual(['watch'])
    say(['x', 'y'])
    expect(divided).toEqual([['x', 'y']])
  })

  it('goes on at once where another one was why', () => {
    const { pool, lost } = scene()
    pool.last.rider.lost(crashed, 'bystander')
    expect(pool.seats.map(({ alone }) => alone)).toEqual([false, false])
    expect(lost).toEqual([])
  })

  it.each([
    ['can not be done', () => {}],
    ['takes too long', () => jest.advanceTimersByTime(100_000)],
  ])('begins again when the split %s', (_, meanwhile) => {
    const { pool, lost } = scene()
    meanwhile()
    if (lost.length === 0) {
      const error = { name: 'Error', message: 'No database.', stack: undefined, kind: 'fatal' } as const
      pool.last.rider.take({ type: 'undivided', task: 0, error })
    }
    expect(lost).toHaveLength(1)
    expect(pool.seats[0]).toMatchObject({ left: true })
    jest.advanceTimersByTime(20_000)
    expect(pool.seats).toHaveLength(2)
  })

  it('is over with its signal', () => {
    const { pool, ending } = scene()
    ending.abort()
    expect(pool.last.posted.map(({ type }) => type)).toEqual(['watch', 'unwatch'])
    expect(pool.last.left).toBe(true)
    jest.advanceTimersByTime(100_000)
    expect(pool.seats).toHaveLength(1)
  })
})
