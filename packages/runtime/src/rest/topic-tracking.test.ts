import { defineSource } from '@sluice/template'
import { metricsText } from '../telemetry/prometheus.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { connectorOf } from '../worker/fixtures/connector-of.ts'
import { FakeTask } from '../worker/fixtures/fake-task.ts'
import { createWorker } from '../worker/worker.ts'
import { createRest } from './server.ts'

const tables = defineSource({
  name: 'tables',
  version: '1.2.3',
  doc: 'For tests.',
  config: {},
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

type Call = (method: 'GET' | 'PUT', path: string) => Promise<{ status: number; body: unknown }>

async function withConnector(
  settings: Record<string, string>,
  run: (call: Call, use: (topic: string) => void) => Promise<void>,
): Promise<void> {
  const tasks: FakeTask[] = []
  const worker = createWorker({
    kafka: 'localhost:9092',
    plugins: [tables],
    settings,
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
      clusterId: () => 'c',
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
  try {
    await worker.connectors.put('orders', 'tables', {})
    await connectorOf(worker, 'orders').settled()
    const call: Call = async (method, path) => {
      const answer = await app.inject({ method, url: `/connectors/${path}` })
      return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
    }
    await run(call, (topic) => tasks[0]!.options.onTopic!(topic))
  } finally {
    await app.close()
    await worker.stop()
  }
}

const error = (message: string) => ({ status: 403, body: { error_code: 403, message } })

describe('the topics of a connector', () => {
  it('are those that its tasks have used since the start, or since they were reset', () =>
    withConnector({}, async (call, use) => {
      expect(await call('GET', 'orders/topics')).toEqual({ status: 200, body: { orders: { topics: [] } } })
      for (const topic of ['a', 'b', 'a']) use(topic)
      expect(await call('GET', 'orders/topics')).toMatchObject({ body: { orders: { topics: ['a', 'b'] } } })
      expect(await call('PUT', 'orders/topics/reset')).toEqual({ status: 202, body: undefined })
      use('b')
      expect(await call('GET', 'orders/topics')).toMatchObject({ body: { orders: { topics: ['b'] } } })
      expect(await call('GET', 'none/topics')).toEqual({ status: 200, body: { none: { topics: [] } } })
    }))

  it('are not told where topic.tracking.enable is false', () =>
    withConnector({ 'topic.tracking.enable': 'false' }, async (call) => {
      expect(await call('GET', 'orders/topics')).toEqual(error('Topic tracking is disabled.'))
      expect(await call('PUT', 'orders/topics/reset')).toEqual(error('Topic tracking is disabled.'))
    }))

  it('are not reset where topic.tracking.allow.reset is false', () =>
    withConnector({ 'topic.tracking.allow.reset': 'false' }, async (call, use) => {
      use('a')
      expect(await call('PUT', 'orders/topics/reset')).toEqual(error('Topic tracking reset is disabled.'))
      expect(await call('GET', 'orders/topics')).toMatchObject({ body: { orders: { topics: ['a'] } } })
    }))
})
