import type { FastifyInstance } from 'fastify'
import { RequestError } from '../worker/request-error.ts'
import type { Worker } from '../worker/worker.ts'
import { connectorsHere } from './connectors-here.ts'
import { isTrue, taskIndex, type Waiting } from './params.ts'

interface Named {
  Params: { name: string }
}

/** Pause, resume, stop, restart, topics. Every answer comes at once; tasks follow. */
export function operationRoutes(app: FastifyInstance, worker: Worker): void {
  app.put<Named>('/connectors/:name/pause', async ({ params }, reply) => {
    await connectorsHere(worker).pause(params.name)
    return reply.status(202).send()
  })

  app.put<Named>('/connectors/:name/resume', async ({ params }, reply) => {
    await connectorsHere(worker).resume(params.name)
    return reply.status(202).send()
  })

  app.put<Named & Waiting>('/connectors/:name/stop', async ({ params, query }, reply) => {
    await connectorsHere(worker).stop(params.name, { wait: isTrue(query.wait) })
    return reply.status(204).send()
  })

  app.post<Named & { Querystring: { includeTasks?: string; onlyFailed?: string } }>(
    '/connectors/:name/restart',
    async ({ params, query }, reply) => {
      const how = { includeTasks: isTrue(query.includeTasks), onlyFailed: isTrue(query.onlyFailed) }
      const status = await connectorsHere(worker).restart(params.name, how)
      if (!how.includeTasks && !how.onlyFailed) return reply.status(204).send()
      return reply.status(202).send(status)
    },
  )

  app.post<{ Params: { name: string; task: string } }>(
    '/connectors/:name/tasks/:task/restart',
    async ({ params }, reply) => {
      await connectorsHere(worker).restartTask(params.name, taskIndex(params.task))
      return reply.status(204).send()
    },
  )

  app.get<Named>('/connectors/:name/topics', async ({ params }) => {
    if (!worker.config.topicTrackingEnable) throw new RequestError(403, 'Topic tracking is disabled.')
    const topics = connectorsHere(worker).topics(params.name)
    return Object.assign(Object.create(null), { [params.name]: { topics } })
  })

  app.put<Named>('/connectors/:name/topics/reset', async ({ params }, reply) => {
    if (!worker.config.topicTrackingEnable) throw new RequestError(403, 'Topic tracking is disabled.')
    if (!worker.config.topicTrackingAllowReset)
      throw new RequestError(403, 'Topic tracking reset is disabled.')
    await connectorsHere(worker).resetTopics(params.name)
    return reply.status(202).send()
  })
}
