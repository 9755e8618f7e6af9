import { defineSource, type Json, RetriableError } from '@sluice/template'
import { MemoryOffsetStore } from '../offsets/memory-offset-store.ts'
import { connectorOf } from '../worker/fixtures/connector-of.ts'
import { type RestScene, restScene } from './testing/rest-scene.ts'

const told: unknown[] = []
const rows = defineSource({
  name: 'rows',
  version: '1.0.0',
  doc: 'For tests.',
  config: {},
  parseOffset: (raw) => {
    const { id } = raw as { id?: Json }
    if (typeof id === 'number' || typeof id === 'bigint') return { id }
    throw new Error(`An offset has an id, not ${JSON.stringify(raw)}.`)
  },
  alterOffsets: async (_config, offsets, { signal }) => {
    told.push(offsets)
    const table = offsets[0]?.partition['table']
    if (table === 'locked') throw new Error('The table locked can not be read again.')
    if (table === 'away') throw new RetriableError('The database does not answer.')
    if (table === 'silent') await new Promise((_, reject) => signal.addEventListener('abort', reject))
  },
  open: async () => ({ poll: async () => [] }),
})
const plain = defineSource({
  name: 'plain',
  version: '1.0.0',
  doc: 'For tests.',
  config: {},
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

const store = new MemoryOffsetStore()
let scene: RestScene
beforeAll(async () => {
  const settings = { 'connector.check.timeout.ms': '50' }
  scene = await restScene({ plugins: [rows, plain], offsets: store, settings })
  for (const name of ['rows', 'plain']) {
    await scene.worker.connectors.put(name, name, {})
    await connectorOf(scene.worker, name).settled()
  }
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(() => (told.length = 0))

const url = '/connectors/rows/offsets'
const of = (table: string, offset: object | null) => ({ partition: { table }, offset })
const patch = (...offsets: object[]) => scene.call('PATCH', url, { offsets })
const stop = async (name: string) => {
  await scene.call('PUT', `/connectors/${name}/stop`)
  await connectorOf(scene.worker, name).settled()
}

describe('the offsets of a source', () => {
  it('are shown whatever it does, integers exact', async () => {
    expect(await scene.call('GET', url)).toMatchObject({ status: 200, body: { offsets: [] } })
    await store.set('rows', [{ partition: { table: 'a' }, offset: { id: 9_007_199_254_740_993n } }])
    const { body } = await scene.app.inject({ url })
    expect(body).toBe('{"offsets":[{"partition":{"table":"a"},"offset":{"id":9007199254740993}}]}')
    expect(await scene.call('GET', '/connectors/none/offsets')).toMatchObject({
      status: 404,
      body: { message: 'Connector none not found' },
    })
  })

  it('are changed only where it is stopped', async () => {
    for (const answer of [await patch(of('a', { id: 1 })), await scene.call('DELETE', url)]) {
      expect(answer).toMatchObject({ status: 400, body: { error_code: 400 } })
      expect(JSON.stringify(answer.body)).toContain("'/connectors/rows/stop' endpoint")
    }
    expect(told).toEqual([])
  })

  it('are changed as the connector accepts them', async () => {
    await stop('rows')
    const payload = '{"offsets":[{"partition":{"table":"b"},"offset":{"id":9007199254740995}},'
    const sent = `${payload}{"partition":{"table":"a"},"offset":null}]}`
    expect(await scene.call('PATCH', url, sent)).toMatchObject({
      status: 200,
      body: { message: 'The offsets for this connector have been altered successfully' },
    })
    expect(told).toEqual([[of('b', { id: 9_007_199_254_740_995n }), of('a', null)]])
    expect(await store.all('rows')).toEqual([of('b', { id: 9_007_199_254_740_995n })])
  })

  it.each([
    ['locked', { id: 1 }, 400, 'The table locked can not be read again.'],
    ['c', { number: 1 }, 400, 'An offset has an id'],
    ['away', { id: 1 }, 500, 'The database does not answer.'],
    ['silent', { id: 1 }, 500, "Timed out while calling the 'alterOffsets' method for source connector rows"],
  ])('are not changed where it does not: %s', async (table, offset, status, message) => {
    await stop('rows')
    const before = await store.all('rows')
    const answer = await patch(of(table, offset))
    expect({ status: answer.status, body: JSON.stringify(answer.body) }).toEqual({
      status,
      body: expect.stringContaining(message),
    })
    expect(await store.all('rows')).toEqual(before)
  })

  it('are forgotten all at once', async () => {
    await stop('rows')
    await patch(of('x', { id: 1 }), of('y', { id: 2 }), of('y', { id: 3 }))
    expect(await scene.call('DELETE', url)).toMatchObject({
      status: 200,
      body: { message: 'The offsets for this connector have been reset successfully' },
    })
    expect(await store.all('rows')).toEqual([])
    expect(await scene.call('DELETE', url)).toMatchObject({ status: 200 })
  })

  it('are the runtime’s alone where the connector has no say', async () => {
    await stop('plain')
    const answer = await scene.call('PATCH', '/connectors/plain/offsets', { offsets: [of('a', { x: 1 })] })
    expect(answer.status).toBe(200)
    expect(JSON.stringify(answer.body)).toContain('if this connector manages offsets externally')
  })

  it('are not what was meant', async () => {
    await stop('rows')
    for (const body of [
      undefined,
      {},
      { offsets: null },
      { offsets: [] },
      { offsets: {} },
      { offsets: [1] },
      { offsets: [{}] },
      { offsets: [{ partition: null, offset: null }] },
      { offsets: [{ partition: 'a', offset: { id: 1 } }] },
      { offsets: [{ partition: { table: { a: 1 } }, offset: { id: 1 } }] },
      { offsets: [{ partition: { table: 'a' }, offset: 5 }] },
      { offsets: [{ partition: { table: 'a' }, ofset: { id: 1 } }] },
      { offset: [] },
    ]) {
      expect(await scene.call('PATCH', url, body)).toMatchObject({ status: 400, body: { error_code: 400 } })
    }
    expect(told).toEqual([])
  })
})

describe('a request that takes too long', () => {
  it('is answered all the same', async () => {
    const never = new MemoryOffsetStore()
    never.all = () => new Promise(() => {})
    await using slow = await restScene({ plugins: [plain], offsets: never }, { requestTimeoutMs: 20 })
    await slow.worker.connectors.put('a', 'plain', {})
    expect(await slow.call('GET', '/connectors/a/offsets')).toMatchObject({
      status: 500,
      body: { error_code: 500, message: 'Request timed out' },
    })
  })
})
