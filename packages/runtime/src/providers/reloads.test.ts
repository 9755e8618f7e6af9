import { jest } from '@jest/globals'
import { Reloads } from './reloads.ts'
import type { Resolution } from './resolver.ts'

const settings = new Map([['password', '${v:pw}']])
const found = (value: string, more: Partial<Resolution> = {}): Resolution => ({
  settings: new Map([['password', value]]),
  values: new Map([['${v:pw}', value]]),
  issues: [],
  ttlMs: 5000,
  ...more,
})

function scene() {
  const told: string[] = []
  const next = { resolution: found('old') }
  const reloads = new Reloads({
    resolver: { lookUp: async () => next.resolution },
    restart: (connector) => told.push(`restart ${connector}`),
    changed: () => {},
    failed: (connector, reason) => told.push(`failed ${connector}: ${reason}`),
  })
  return { told, next, reloads }
}

describe('values whose time is over', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  it('restart their connector when they have changed, and not before', async () => {
    const { told, next, reloads } = scene()
    reloads.note('orders', settings, found('old'))
    await jest.advanceTimersByTimeAsync(14_000)
    expect(told).toEqual([])
    next.resolution = found('new')
    await jest.advanceTimersByTimeAsync(5000)
    expect(told).toEqual(['restart orders'])
    await jest.advanceTimersByTimeAsync(20_000)
    expect(told).toEqual(['restart orders'])
  })

  it('restart nothing with config.action.reload=none', async () => {
    const { told, next, reloads } = scene()
    reloads.note('orders', new Map([...settings, ['config.action.reload', 'NONE']]), found('old'))
    next.resolution = found('new')
    await jest.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([])
  })

  it('restart nothing that has gone, or was given others meanwhile', async () => {
    const { told, next, reloads } = scene()
    reloads.note('orders', settings, found('old'))
    reloads.note('lines', settings, found('old'))
    next.resolution = found('new')
    reloads.forget('orders')
    reloads.note('lines', settings, found('new'))
    await jest.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([])
  })

  it('leave the connector as it is while they can’t be looked up, and are tried again', async () => {
    const { told, next, reloads } = scene()
    reloads.note('orders', settings, found('old'))
    next.resolution = found('${v:pw}', { issues: [{ field: 'password', message: 'is away' }] })
    await jest.advanceTimersByTimeAsync(6000)
    expect(told).toEqual(['failed orders: password is away'])
    next.resolution = found('new')
    await jest.advanceTimersByTimeAsync(30_000)
    expect(told.slice(1)).toEqual(['restart orders'])
  })
})
