import { kindOf } from '@sluice/template'
import { Origins, type Place, refuseChangedKeys, refuseSharedPlaces } from './origins.ts'

const lower = (topic: string): Place => ({ resource: topic.toLowerCase(), loss: 'updates' })
const router = { name: 'route', type: 'RegexRouter', changes: ['topic' as const] }

function read(routes: Record<string, readonly string[] | undefined>) {
  const all = Object.entries(routes).map(([topic, becomes]) => ({ topic, ...(becomes && { becomes }) }))
  return { routes: all, transforms: [router] }
}

function errorOf(call: () => void): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

describe('topics that are read', () => {
  it('may each have a place of their own', () => {
    refuseSharedPlaces(read({ a: ['a'], b: ['b', 'c'], d: [] }), lower)
    refuseSharedPlaces(read({ a: undefined }), lower)
  })

  it.each([
    [{ a: ['all'], b: ['all'] }],
    [{ orders: ['orders'], Orders: ['Orders'] }],
    [{ a: ['x', 'y'], b: ['b', 'y'] }],
  ])('may not share a place where their offsets are versions: %j', (routes) => {
    const error = errorOf(() => refuseSharedPlaces(read(routes), lower))
    expect(kindOf(error)).toBe('config')
    expect(String(error)).toMatch(
      /topics \S+ and \S+ are both written to \S+, with .*external\.version\.header/,
    )
  })

  it('may not share a data stream where keys are ids', () => {
    const place = { resource: 'logs-a-b', loss: 'records' as const }
    expect(() => refuseSharedPlaces(read({ a: ['a'], b: ['b'] }), () => place)).toThrow('Set key.ignore=true')
  })

  it('may share a place where nothing is lost by that', () => {
    const place = { resource: 'all', loss: undefined }
    refuseSharedPlaces(read({ a: ['a'], b: ['b'], c: undefined }), () => place)
  })

  it('may not be two where what is in a record decides where it goes', () => {
    expect(() => refuseSharedPlaces(read({ a: ['a'], b: undefined }), lower)).toThrow(
      'The transform route (RegexRouter) names the topic of a record by what is in it, so records of b and a may',
    )
  })
})

describe('records that come', () => {
  it('show a second topic of a place', () => {
    const origins = new Origins()
    origins.add('a', { resource: 'x', loss: 'updates' })
    origins.add('a', { resource: 'y', loss: 'updates' })
    origins.add('b', { resource: 'x', loss: undefined })
    expect(() => origins.add('b', { resource: 'x', loss: 'updates' })).toThrow('topics a and b are both')
  })
})

describe('transforms of keys', () => {
  it('are refused by name, with what to do', () => {
    const keyed = { name: 'createKey', type: 'ValueToKey', changes: ['key' as const, 'value' as const] }
    const error = errorOf(() => refuseChangedKeys([router, keyed]))
    expect(kindOf(error)).toBe('config')
    expect(String(error)).toMatch(/transform createKey \(ValueToKey\).*external\.version=none/)
    refuseChangedKeys([router])
  })
})
