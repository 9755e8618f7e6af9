import { defineSource, list } from '@sluice/template'
import { metricsText } from '../telemetry/prometheus.ts'
import { silentLogger } from '../telemetry/logger.ts'
import type { Connectors } from '../worker/connectors.ts'
import { NotLeader } from '../worker/forward-request.ts'
import type { InternalRequests } from '../worker/internal-requests.ts'
import type { Worker } from '../worker/worker.ts'
import { createRest } from './server.ts'
import { algorithmHeader, signed } from './signature.ts'
import { type RestScene, restScene } from './testing/rest-scene.ts'

const tables = defineSource({
  name: 'tables',
  version: '1.2.3',
  doc: 'For tests.',
  config: { tables: list({ doc: 'Tables.' }) },
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

/** REST of a worker whose connectors are those of another one, but for what is given. */
function restOver(worker: Worker, connectors: Partial<Connectors>): ReturnType<typeof createRest> {
  const all = new Proxy(worker.connectors, {
    get: (target, key) => {
      const member = Reflect.get(key in connectors ? connectors : target, key) as unknown
      return typeof member === 'function' && !(key in connectors) ? member.bind(target) : member
    },
  })
  const other = new Proxy(worker, {
    get: (target, key) => (key === 'connectors' ? all : Reflect.get(target, key, target)),
  })
  const metrics = metricsText({
    figures: worker.figures,
    statuses: () => [],
    workerId: () => worker.workerId,
    classOf: () => 'a.Class',
  })
  return createRest(
    { worker: other, clusterId: () => undefined, ready: () => true, metricsText: metrics },
    silentLogger,
  )
}

let leader: RestScene
beforeEach(async () => {
  leader = await restScene({ plugins: [tables] })
})
afterEach(() => leader[Symbol.asyncDispose]())

const body = { name: 'ä/b', config: { 'connector.class': 'tables', tables: 'a' } }

describe('a request that another worker has to do', () => {
  it('is sent there, and its answer back', async () => {
    const url = await leader.app.listen({ host: '127.0.0.1', port: 0 })
    const notHere = async (): Promise<never> => Promise.reject(new NotLeader(url))
    const follower = restOver(leader.worker, { apply: notHere, pause: notHere, delete: notHere })
    const created = await follower.inject({ method: 'POST', url: '/connectors', payload: body })
    expect(created.statusCode).toBe(201)
    expect(created.headers.location).toBe('http://localhost:80/connectors/%C3%A4%2Fb')
    expect(created.json()).toMatchObject({ name: 'ä/b', config: { tables: 'a' } })
    expect(leader.worker.connectors.names()).toEqual(['ä/b'])
    const again = await follower.inject({ method: 'POST', url: '/connectors', payload: body })
    expect(again.json()).toEqual({ error_code: 409, message: 'Connector ä/b already exists' })
    const paused = await follower.inject({ method: 'PUT', url: '/connectors/%C3%A4%2Fb/pause' })
    expect([paused.statusCode, paused.body]).toEqual([202, ''])
    expect((await follower.inject({ method: 'DELETE', url: '/connectors/%C3%A4%2Fb' })).statusCode).toBe(204)
    expect(leader.worker.connectors.names()).toEqual([])
  })

  it('goes no further than two hops', async () => {
    const seen: string[] = []
    let url = ''
    const notHere = async (): Promise<never> => Promise.reject(new NotLeader(url))
    const lost = restOver(leader.worker, { pause: notHere })
    lost.addHook('onRequest', async (request) => void seen.push(request.url))
    url = await lost.listen({ host: '127.0.0.1', port: 0 })
    const answer = await lost.inject({ method: 'PUT', url: '/connectors/a/pause' })
    await lost.close()
    expect(seen).toEqual([
      '/connectors/a/pause',
      '/connectors/a/pause?forward=true',
      '/connectors/a/pause?forward=false',
    ])
    expect(answer.json()).toEqual({
      error_code: 409,
      message: 'Cannot complete request because of a conflicting operation (e.g. worker rebalance)',
    })
  })

  it('is a conflict while nobody leads, and says so where the leader does not answer', async () => {
    const nobody = restOver(leader.worker, { pause: async () => Promise.reject(new NotLeader(undefined)) })
    const answer = await nobody.inject({ method: 'PUT', url: '/connectors/a/pause' })
    expect([answer.statusCode, answer.body]).toEqual([409, expect.stringContaining('no known leader URL')])
    const dead = restOver(leader.worker, {
      pause: async () => Promise.reject(new NotLeader('http://127.0.0.1:1')),
    })
    const failed = await dead.inject({ method: 'PUT', url: '/connectors/a/pause' })
    expect([failed.statusCode, failed.body]).toEqual([
      500,
      expect.stringContaining('IO Error trying to forward REST request'),
    ])
  })
})

describe('requests between workers', () => {
  const payload = JSON.stringify([{ a: '1' }])
  const key = Buffer.from('key')
  const call = async (how: {
    internal?: Partial<InternalRequests>
    headers?: Record<string, string>
  }): Promise<{ status: number; body: string; taken: unknown[] }> => {
    const taken: unknown[] = []
    const internal: InternalRequests = {
      sessionKey: () => ({ bytes: key }),
      algorithms: ['HmacSHA256'],
      putTaskConfigs: async (...args) => void taken.push(args),
      fence: async () => {},
      ...how.internal,
    }
    const headers = { 'content-type': 'application/json', ...how.headers }
    const app = restOver(leader.worker, { internal })
    const answer = await app.inject({ method: 'POST', url: '/connectors/a/tasks', payload, headers })
    return { status: answer.statusCode, body: answer.body, taken }
  }

  it('are taken when the body is signed with the key of the session', async () => {
    const { status, taken } = await call({ headers: signed(Buffer.from(payload), key, 'HmacSHA256') })
    expect(status).toBe(204)
    expect(taken).toEqual([['a', [new Map([['a', '1']])]]])
  })

  it.each([
    ['unsigned', {}, {}, 400, 'missing required signature'],
    ['of another body', signed(Buffer.from('[]'), key, 'HmacSHA256'), {}, 403, 'invalid signature'],
    ['of another key', signed(Buffer.from(payload), Buffer.from('no'), 'HmacSHA256'), {}, 403, 'invalid'],
    [
      'of no algorithm',
      { ...signed(Buffer.from(payload), key, 'HmacSHA1'), [algorithmHeader]: 'No' },
      {},
      400,
      'Algorithm No not available',
    ],
    [
      'of another algorithm',
      signed(Buffer.from(payload), key, 'HmacSHA1'),
      {},
      400,
      "'HmacSHA1' key signing",
    ],
    [
      'before a key was read',
      signed(Buffer.from(payload), key, 'HmacSHA256'),
      { sessionKey: () => undefined },
      503,
      'still starting up',
    ],
  ])('are refused %s', async (_, headers, internal, status, message) => {
    const answer = await call({ headers, internal })
    expect(answer).toMatchObject({ status, body: expect.stringContaining(message), taken: [] })
  })
})
