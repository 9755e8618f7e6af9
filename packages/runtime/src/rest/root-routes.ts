import type { FastifyInstance } from 'fastify'
import type { RestContext } from './server.ts'

/** What is asked of the worker itself. */
export function rootRoutes(app: FastifyInstance, context: RestContext): void {
  const { worker } = context
  app.get('/', async () => ({
    version: worker.version,
    commit: 'unknown',
    kafka_cluster_id: context.clusterId() ?? null,
  }))

  // KIP-1017
  app.get('/health', async () => ({
    status: 'healthy',
    message: 'Worker has completed startup and is ready to handle requests.',
  }))

  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await context.metricsText()
    return reply.type(contentType).send(text)
  })
}
