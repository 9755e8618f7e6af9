import type { Logger } from '@sluice/template'
import type { FastifyInstance } from 'fastify'
import { metricsText } from '../../telemetry/prometheus.ts'
import { silentLogger } from '../../telemetry/logger.ts'
import { FakeTask } from '../../worker/fixtures/fake-task.ts'
import { createWorker, type Worker } from '../../worker/worker.ts'
import type { WorkerOptions } from '../../worker/worker-options.ts'
import { createRest, type RestContext } from '../server.ts'
import { checkAnswer } from './answer-check.ts'

export interface Answer {
  readonly status: number
  /** Undefined where there was none. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

/** A worker with tasks that do nothing, and its REST. */
export interface RestScene extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly worker: Worker
  readonly tasks: readonly FakeTask[]
  /** A body that is a string is sent as it is. Throws where the answer is not as the OpenAPI document says. */
  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export async function restScene(
  options: Omit<WorkerOptions, 'createTask'>,
  how: { readonly log?: Logger } & Partial<Pick<RestContext, 'ready' | 'requestTimeoutMs' | 'users'>> = {},
): Promise<RestScene> {
  const { log = silentLogger, ready = () => true, ...rest } = how
  const tasks: FakeTask[] = []
  const worker = createWorker({
    kafka: 'localhost:9092',
    ...options,
    createTask: (made) => {
      const task = new FakeTask(made)
      tasks.push(task)
      return task
    },
  })
  await worker.start()
  const statuses = () => worker.connectors.statuses()
  const metrics = metricsText({
    figures: worker.figures,
    statuses,
    workerId: () => worker.workerId,
    classOf: () => 'a.Class',
  })
  const context = { worker, clusterId: () => 'cluster-1', ready, metricsText: metrics, ...rest }
  const app = createRest(context, log)
  return {
    app,
    worker,
    tasks,
    call: async (method, url, body, headers = {}) => {
      const payload = typeof body === 'string' ? body : JSON.stringify(body)
      const answer = await app.inject({
        method: method as 'GET',
        url,
        ...(payload !== undefined && { payload }),
        headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
      })
      const text = answer.body
      const contentType = answer.headers['content-type']?.toString()
      checkAnswer(method, url, { status: answer.statusCode, contentType, text })
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: text === '' ? undefined : contentType?.startsWith('text/') ? text : JSON.parse(text),
      }
    },
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await worker.stop()
    },
  }
}
