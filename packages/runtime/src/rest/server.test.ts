import { defineSink, defineSource, int, list, secret, string } from '@sluice/template'
import type { FastifyInstance } from 'fastify'
import { metricsText } from '../telemetry/prometheus.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { connectorOf } from '../worker/fixtures/connector-of.ts'
import { FakeTask } from '../worker/fixtures/fake-task.ts'
import { createWorker, type Worker } from '../worker/worker.ts'
import { createRest } from './server.ts'

const tables = defineSource({
  name: 'tables',
  aliases: ['org.example.TablesSourceConnector'],
  version: '1.2.3',
  doc: 'For tests.',
  config: {
    tables: list({ doc: 'Tables.', recommended: ['a', 'b'] }),
    connectionPassword: secret({ doc: 'Password.', optional: true }),
    batch: int({ doc: 'Batch.', default: 10 }),
  },
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

const lake = defineSink({
  name: 'lake',
  version: '1.0.0',
  doc: 'For tests.',
  config: { folder: string({ doc: 'Folder.' }) },
  open: async () => ({ put: async () => {} }),
})

const moody = defineSink({
  name: 'moody',
  version: '1.0.0',
  doc: 'For tests.',
  config: { mood: string({ doc: 'Mood.' }) },
  check: ({ mood }) => (mood === 'silent' ? new Promise(() => {}) : Promise.reject(new Error('No idea.'))),
  open: async () => ({ put: async () => {} }),
})

interface Fixture {
  readonly app: FastifyInstance
  readonly worker: Worker
  readonly tasks: FakeTask[]
  call(method: string, url: string, body?: unknown): Promise<{ status: number; body: unknown }>
}

async function withRest(
  run: (fixture: Fixture) => Promise<void>,
  more: readonly unknown[] = [],
): Promise<void> {
  const tasks: FakeTask[] = []
  const worker = createWorker({
    kafka: 'localhost:9092',
    plugins: [tables, lake, ...more],
    settings: { 'connector.check.timeout.ms': '20' },
    createTask: (options) => {
      const task = new FakeTask(options)
      tasks.push(task)
      return task
    },
  })
  await worker.start()
  const statuses = () => worker.connectors.statuses()
  const app = createRest(
    {
      worker,
      clusterId: () => 'cluster-1',
      ready: () => true,
      metricsText: metricsText({
        figures: worker.figures,
        statuses,
        workerId: () => worker.workerId,
        classOf: () => 'a.Class',
      }),
    },
    silentLogger,
  )
  const call: Fixture['call'] = async (method, url, body) => {
    const how = { method: method as 'GET', url, ...(body !== undefined && { payload: body as object }) }
    const answer = await app.inject(how)
    return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
  }
  try {
    await run({ app, worker, tasks, call })
  } finally {
    await app.close()
    await worker.stop()
  }
}

const orders = { name: 'orders', config: { 'connector.class': 'tables', tables: 'a' } }

describe('REST', () => {
  it('creates, shows, lists and deletes a connector', () =>
    withRest(async ({ call, worker }) => {
      const created = await call('POST', '/connectors', orders)
      expect(created).toMatchObject({ status: 201, body: { name: 'orders', type: 'source' } })
      await connectorOf(worker, 'orders').settled()
      expect(await call('GET', '/connectors/orders')).toEqual({
        status: 200,
        body: {
          name: 'orders',
          config: { 'connector.class': 'tables', tables: 'a', name: 'orders' },
          tasks: [{ connector: 'orders', task: 0 }],
          type: 'source',
        },
      })
      expect(await call('GET', '/connectors')).toEqual({ status: 200, body: ['orders'] })
      expect(await call('GET', '/connectors?expand=status&expand=info&expand=else')).toMatchObject({
        body: { orders: { status: { connector: { state: 'RUNNING' } }, info: { name: 'orders' } } },
      })
      expect(await call('GET', '/connectors/orders/tasks')).toMatchObject({
        body: [{ id: { connector: 'orders', task: 0 }, config: { tables: 'a' } }],
      })
      expect(await call('DELETE', '/connectors/orders')).toEqual({ status: 204, body: undefined })
      expect(await call('GET', '/connectors/orders')).toMatchObject({
        status: 404,
        body: { error_code: 404 },
      })
      expect(await call('DELETE', '/connectors/orders')).toMatchObject({ status: 404 })
    }))

  it('refuses to create a connector twice', () =>
    withRest(async ({ call }) => {
      await call('POST', '/connectors', orders)
      expect(await call('POST', '/connectors', orders)).toEqual({
        status: 409,
        body: { error_code: 409, message: 'Connector orders already exists' },
      })
    }))

  it('creates by PUT with 201, updates with 200, and patches', () =>
    withRest(async ({ call }) => {
      expect(await call('PUT', '/connectors/a/config', orders.config)).toMatchObject({ status: 201 })
      expect(await call('PUT', '/connectors/a/config', { ...orders.config, batch: '3' })).toMatchObject({
        status: 200,
      })
      expect(await call('PATCH', '/connectors/a/config', { batch: null, tables: 'b' })).toMatchObject({
        status: 200,
        body: { config: { tables: 'b' } },
      })
      expect(await call('GET', '/connectors/a/config')).toEqual({
        status: 200,
        body: { 'connector.class': 'tables', tables: 'b', name: 'a' },
      })
      expect(await call('PUT', '/connectors/a/config', { ...orders.config, name: 'b' })).toMatchObject({
        status: 400,
      })
    }))

  it('pauses, resumes, stops and restarts with the codes of Kafka Connect', () =>
    withRest(async ({ call, worker, tasks }) => {
      await call('POST', '/connectors', orders)
      await connectorOf(worker, 'orders').settled()
      expect(await call('PUT', '/connectors/orders/pause')).toEqual({ status: 202, body: undefined })
      expect(await call('GET', '/connectors/orders/status')).toMatchObject({
        body: { connector: { state: 'PAUSED' }, tasks: [{ id: 0, state: 'PAUSED' }] },
      })
      expect(await call('PUT', '/connectors/orders/resume')).toMatchObject({ status: 202 })
      expect(await call('POST', '/connectors/orders/restart')).toEqual({ status: 204, body: undefined })
      expect(await call('POST', '/connectors/orders/restart?includeTasks=true')).toMatchObject({
        status: 202,
        body: { name: 'orders' },
      })
      expect(await call('POST', '/connectors/orders/tasks/0/restart')).toMatchObject({ status: 204 })
      expect(await call('POST', '/connectors/orders/tasks/7/restart')).toMatchObject({ status: 404 })
      expect(await call('GET', '/connectors/orders/tasks/0/status')).toMatchObject({ body: { id: 0 } })
      expect(await call('PUT', '/connectors/orders/stop')).toMatchObject({ status: 204 })
      await connectorOf(worker, 'orders').settled()
      expect(await call('GET', '/connectors/orders/status')).toMatchObject({
        body: { connector: { state: 'STOPPED' }, tasks: [] },
      })
      expect(tasks.at(0)!.calls).toEqual(['pause', 'resume', 'restart', 'restart', 'stop'])
    }))

  it('answers wrong settings with 400, every issue named', () =>
    withRest(async ({ call }) => {
      const answer = await call('POST', '/connectors', {
        name: 'x',
        config: { 'connector.class': 'lake', 'tasks.max': 'a', 'exactly.once.support': 'required' },
      })
      expect(answer.status).toBe(400)
      const { message } = answer.body as { message: string }
      expect(message).toContain('contains the following 4 error(s)')
      for (const part of [
        'tasks.max must be a whole number',
        'configuration "folder" which has no default',
        'topics is required',
      ]) {
        expect(message).toContain(part)
      }
    }))

  it.each([
    ['POST', '/connectors', undefined],
    ['POST', '/connectors', []],
    ['POST', '/connectors', { name: 'a' }],
    ['POST', '/connectors', { config: {} }],
    ['POST', '/connectors', { name: 1, config: {} }],
    ['POST', '/connectors', { name: 'a', config: { 'connector.class': {} } }],
    ['POST', '/connectors', { name: 'a', config: {} }],
    ['POST', '/connectors', { name: 'a', config: { 'connector.class': '../evil.js' } }],
    [
      'POST',
      '/connectors',
      { name: 'a', config: { 'connector.class': 'tables', tables: 'a' }, initial_state: 'x' },
    ],
    ['PUT', '/connectors/a/config', null],
    ['PUT', '/connectors/a/config', { 'connector.class': 'node:fs' }],
    ['PUT', '/connector-plugins/tables/config/validate', []],
    ['PUT', '/connector-plugins/tables/config/validate', { 'connector.class': 'lake' }],
  ])('answers %s %s with %j as a bad request', (method, url, body) =>
    withRest(async ({ app }) => {
      const payload = body === undefined ? '{' : JSON.stringify(body)
      const answer = await app.inject({
        method: method as 'PUT',
        url,
        payload,
        headers: { 'content-type': 'application/json' },
      })
      expect({ status: answer.statusCode, body: answer.body }).toMatchObject({ status: 400 })
      expect(Object.keys(answer.json())).toEqual(['error_code', 'message'])
    }),
  )

  it('leaves prototypes alone', () =>
    withRest(async ({ app, call }) => {
      const payload =
        '{"name":"p","config":{"connector.class":"tables","tables":"a","__proto__":{"polluted":"yes"}}}'
      const headers = { 'content-type': 'application/json' }
      expect((await app.inject({ method: 'POST', url: '/connectors', payload, headers })).statusCode).toBe(
        400,
      )
      expect(({} as { polluted?: string }).polluted).toBeUndefined()
      expect(await call('POST', '/connectors', { ...orders, name: '__proto__' })).toMatchObject({
        status: 201,
      })
      expect(await call('GET', '/connectors/__proto__/status')).toMatchObject({ body: { name: '__proto__' } })
    }))

  it('does nothing for a page of another origin', () =>
    withRest(async ({ app, worker }) => {
      await worker.connectors.put('orders', orders.config)
      const headers = { origin: 'https://evil.example.com' }
      const answer = await app.inject({ method: 'PUT', url: '/connectors/orders/pause', headers })
      expect(answer.json()).toMatchObject({ error_code: 403 })
      await connectorOf(worker, 'orders').settled()
      expect(worker.connectors.status('orders').connector.state).toBe('RUNNING')
    }))

  it('says which methods there are, and that a body has to be JSON', () =>
    withRest(async ({ app }) => {
      const wrong = await app.inject({ method: 'POST', url: '/connectors/a%2Fb/status?x=1' })
      expect([wrong.statusCode, wrong.headers.allow, wrong.json()]).toEqual([
        405,
        'HEAD,GET,OPTIONS',
        { error_code: 405, message: 'HTTP 405 Method Not Allowed' },
      ])
      expect((await app.inject({ method: 'GET', url: '/connectors/a/b/c' })).statusCode).toBe(404)
      const headers = { 'content-type': 'text/plain' }
      const text = await app.inject({ method: 'POST', url: '/connectors', payload: '{}', headers })
      expect(text.json()).toEqual({ error_code: 415, message: 'HTTP 415 Unsupported Media Type' })
    }))

  it('finds connectors of odd names', () =>
    withRest(async ({ call }) => {
      for (const name of ['a/b', 'ä 🚰', '%', '__proto__']) {
        expect(await call('POST', '/connectors', { ...orders, name })).toMatchObject({ status: 201 })
        expect(await call('GET', `/connectors/${encodeURIComponent(name)}/config`)).toMatchObject({
          status: 200,
        })
      }
    }))

  it('says who it is, that it is well, and what it measures', () =>
    withRest(async ({ app, call, tasks, worker }) => {
      expect(await call('GET', '/')).toMatchObject({ status: 200, body: { kafka_cluster_id: 'cluster-1' } })
      expect(await call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'healthy' } })
      expect(await call('GET', '/nothing/here')).toMatchObject({ status: 404, body: { error_code: 404 } })
      await call('POST', '/connectors', orders)
      await connectorOf(worker, 'orders').settled()
      const { metrics } = tasks.at(0)!.options
      metrics.add('source-record-poll-total', 5)
      metrics.time('poll-batch', 12)
      metrics.custom('counter', 'rows_skipped_total', 'Rows.')(2)
      const text = (await app.inject({ url: '/metrics' })).body
      for (const line of [
        'kafka_connect_source_task_source_record_poll_total{connector="orders",task="0"} 5',
        'kafka_connect_source_task_poll_batch_max_time_ms{connector="orders",task="0"} 12',
        'kafka_connect_connector_status{connector="orders",task="0",status="running"} 1',
        'kafka_connect_worker_connector_count 1',
        'sluice_rows_skipped_total{connector="orders",task="0"} 2',
        'process_resident_memory_bytes',
      ]) {
        expect(text).toContain(line)
      }
    }))

  it.each([
    ['silent', "Request timed out. The connector's check gave no answer within 20 ms"],
    ['angry', "There is no result. The connector's check has failed: No idea."],
  ])('says why a validation has no result: %s', (mood, message) =>
    withRest(
      async ({ call }) => {
        const config = { name: 'm', 'connector.class': 'moody', topics: 't', mood }
        const { status, body } = await call('PUT', '/connector-plugins/moody/config/validate', config)
        expect({ status, body }).toMatchObject({ status: 500, body: { error_code: 500 } })
        expect((body as { message: string }).message).toContain(message)
        expect(await call('PUT', '/connectors/m/config', config)).toMatchObject({ status: 201 })
      },
      [moody],
    ),
  )

  it('shows settings as they were put, secrets too, so that tools may compare and put them back', () =>
    withRest(async ({ call }) => {
      const config = { ...orders.config, name: 'orders', 'connection.password': 'hush' }
      await call('POST', '/connectors', { name: 'orders', config })
      expect(await call('GET', '/connectors/orders/config')).toEqual({ status: 200, body: config })
      expect(await call('GET', '/connectors/orders')).toMatchObject({ body: { config } })
      expect(await call('PATCH', '/connectors/orders/config', { tables: 'b' })).toMatchObject({
        body: { config: { ...config, tables: 'b' } },
      })
    }))

  it('takes what the log shows masked for the secret that is there, unless it would be sent elsewhere', () =>
    withRest(async ({ call, worker }) => {
      const config = { ...orders.config, 'connection.password': 'hush', 'connection.url': 'pg://db' }
      await call('POST', '/connectors', { name: 'orders', config })
      const masked = { ...config, 'connection.password': '********' }
      const evil = { ...masked, 'connection.url': 'pg://evil' }
      const refused = await call('PUT', '/connectors/orders/config', evil)
      expect(refused).toMatchObject({ status: 400 })
      expect(JSON.stringify(refused.body)).toContain(
        'connection.password is masked: give the secret again, because connection.url changed',
      )
      const more = { ...masked, tables: 'b' }
      expect(await call('PUT', '/connectors/orders/config', more)).toMatchObject({ status: 200 })
      expect(connectorOf(worker, 'orders').plan.settings.get('connection.password')).toBe('hush')
    }))

  it('validates no masked secret against another address', () =>
    withRest(async ({ call }) => {
      const config = {
        ...orders.config,
        name: 'orders',
        'connection.password': 'hush',
        'connection.url': 'pg://db',
      }
      await call('POST', '/connectors', { name: 'orders', config })
      const asked = { ...config, 'connection.password': '********', 'connection.url': 'pg://evil' }
      const { status, body } = await call('PUT', '/connector-plugins/tables/config/validate', asked)
      expect(status).toBe(200)
      expect(JSON.stringify(body)).toContain('because connection.url changed')
    }))
})
