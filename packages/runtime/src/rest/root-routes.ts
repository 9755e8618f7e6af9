import type { FastifyInstance } from 'fastify'
import type { Health } from '../worker/connectors.ts'
import { connectorsHere } from './connectors-here.ts'
import { openApi } from './openapi/openapi.ts'
import type { RestContext } from './server.ts'

/** What is asked of the worker itself. */
export function rootRoutes(app: FastifyInstance, context: RestContext): void {
  const { worker } = context
  app.get('/', async () => ({
    version: worker.version,
    commit: 'unknown',
    kafka_cluster_id: context.clusterId() ?? null,
  }))

  app.get('/openapi.json', async () => openApi(worker.version))

  // KIP-1017
  app.get('/health', async (_request, reply) => {
    const { status, detail } = await healthOf(context)
    const words = detail === undefined ? sentences[status] : `${sentences[status]} ${detail}`
    return reply.status(codes[status]).send({ status, message: words })
  })

  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await context.metricsText()
    return reply.type(contentType).send(text)
  })
}

const codes = { healthy: 200, starting: 503, unhealthy: 500 } as const
const sentences = {
  healthy: 'Worker has completed startup and is ready to handle requests.',
  starting: 'Worker is still starting up.',
  unhealthy: 'Worker was unable to handle this request and may be unable to handle other requests.',
} as const

/** As in Kafka Connect. */
const healthTimeoutMs = 10_000

async function healthOf({ worker, ready }: RestContext): Promise<Health> {
  if (!ready()) return { status: 'starting' }
  return (await connectorsHere(worker).health?.({ timeoutMs: healthTimeoutMs })) ?? { status: 'healthy' }
}
