import type { FastifyInstance } from 'fastify'
import { connectorRequestOf } from '../config/connector-file.ts'
import { type Settings, settingsOf } from '../config/settings.ts'
import { RequestError } from '../worker/request-error.ts'
import type { Worker } from '../worker/worker.ts'

interface Named {
  Params: { name: string }
}

/** Connectors and their settings. Source: Kafka Connect's REST API. */
export function connectorRoutes(app: FastifyInstance, worker: Worker): void {
  app.get<{ Querystring: { expand?: string | string[] } }>('/connectors', (request) => {
    const expand = [request.query.expand ?? []].flat().filter((one) => one === 'status' || one === 'info')
    return expand.length === 0 ? worker.connectors.names() : expanded(worker, expand)
  })

  app.post('/connectors', async (request, reply) => {
    const { name, config, initialState } = badRequest(() =>
      connectorRequestOf(bodyWithConfig(request.body), 'The body'),
    )
    const { info } = await worker.connectors.apply(name, config, { mode: 'create', initialState })
    return reply
      .status(201)
      .header('location', `/connectors/${encodeURIComponent(name)}`)
      .send(info)
  })

  app.get<Named>('/connectors/:name', async ({ params }) => worker.connectors.get(params.name))

  app.get<Named>('/connectors/:name/config', async ({ params }) => worker.connectors.get(params.name).config)

  app.put<Named>('/connectors/:name/config', async ({ params, body }, reply) => {
    const settings = badRequest(() => settingsOf(body, 'The body'))
    refuseOtherName(params.name, settings)
    const { info, created } = await worker.connectors.apply(params.name, settings)
    return reply.status(created ? 201 : 200).send(info)
  })

  // KIP-477: a null takes a setting away
  app.patch<Named>('/connectors/:name/config', async ({ params, body }) => {
    // masked: what stays so is restored, or refused, as if all of it had been put back
    const settings = new Map(Object.entries(worker.connectors.get(params.name).config))
    const patch = badRequest(() => settingsOf(body, 'The body'))
    refuseOtherName(params.name, patch)
    for (const [key, value] of Object.entries(body as object)) if (value === null) settings.delete(key)
    for (const [key, value] of patch) settings.set(key, value)
    return (await worker.connectors.apply(params.name, settings)).info
  })

  app.delete<Named>('/connectors/:name', async ({ params }, reply) => {
    worker.connectors.find(params.name)
    // tasks may take their time to end; the connector is gone for everyone who asks
    void worker.connectors.delete(params.name)
    return reply.status(204).send()
  })

  app.get<Named>('/connectors/:name/tasks', async ({ params }) => {
    const { tasks, config } = worker.connectors.get(params.name)
    return tasks.map((id) => ({ id, config }))
  })

  app.get<Named>('/connectors/:name/status', async ({ params }) => worker.connectors.status(params.name))

  app.get<{ Params: { name: string; task: string } }>(
    '/connectors/:name/tasks/:task/status',
    async ({ params }) => {
      const index = taskIndex(params.task)
      const found = worker.connectors.status(params.name).tasks[index]
      if (found === undefined) throw new RequestError(404, `No status found for task ${params.name}-${index}`)
      return found
    },
  )
}

export function taskIndex(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RequestError(404, 'HTTP 404 Not Found')
  return Number(text)
}

function expanded(worker: Worker, expand: readonly string[]): object {
  const { connectors } = worker
  const entries = connectors.names().map((name) => [
    name,
    {
      ...(expand.includes('status') && { status: connectors.status(name) }),
      ...(expand.includes('info') && { info: connectors.get(name) }),
    },
  ])
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

/** A request creates a connector as `{name, config}` only; the flat form is for files. */
function bodyWithConfig(body: unknown): unknown {
  if (typeof body === 'object' && body !== null && 'config' in body && typeof body.config === 'object')
    return body
  throw new Error('The body must be {"name": "...", "config": {...}}.')
}

function refuseOtherName(name: string, settings: Settings): void {
  const inner = settings.get('name')
  if (inner !== undefined && inner !== name) {
    throw new RequestError(
      400,
      `Connector name configuration (${inner}) doesn't match connector name in the URL (${name})`,
    )
  }
}

function badRequest<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new RequestError(400, cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
