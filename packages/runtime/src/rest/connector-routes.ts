import type { FastifyInstance } from 'fastify'
import { type ConnectorRequest, connectorRequestOf } from '../config/connector-file.ts'
import { settingsOf } from '../config/settings.ts'
import { ConfigError } from '../task/config-error.ts'
import { noSuch } from '../worker/no-such.ts'
import { RequestError } from '../worker/request-error.ts'
import type { TaskView } from '../worker/views.ts'
import type { Worker } from '../worker/worker.ts'
import { connectorsHere } from './connectors-here.ts'
import { locationOf } from './location.ts'
import { isTrue, taskIndex, type Waiting } from './params.ts'
import { badRequest, refuseUnknownFields, settingsOfBody } from './bad-request.ts'

interface Named {
  Params: { name: string }
}

/** Connectors and their settings. Source: Kafka Connect's REST API. */
export function connectorRoutes(app: FastifyInstance, worker: Worker): void {
  app.get<{ Querystring: { expand?: string | string[] } }>('/connectors', (request) => {
    const { expand } = request.query
    return expand === undefined ? connectorsHere(worker).names() : expanded(worker, [expand].flat())
  })

  app.post('/connectors', async (request, reply) => {
    const { name, config, initialState } = createRequestOf(request.body)
    const { info } = await connectorsHere(worker).apply(name, config, { mode: 'create', initialState })
    return reply.status(201).header('location', locationOf(request, name)).send(info)
  })

  app.get<Named>('/connectors/:name', async ({ params }) => connectorsHere(worker).get(params.name))

  app.get<Named>(
    '/connectors/:name/config',
    async ({ params }) => connectorsHere(worker).get(params.name).config,
  )

  app.put<Named>('/connectors/:name/config', async (request, reply) => {
    const { params, body } = request
    const { settings, issues } = settingsOfBody(body)
    refuseOtherName(params.name, settings.get('name'))
    if (issues.length > 0) throw new ConfigError(issues)
    const { info, created } = await connectorsHere(worker).apply(params.name, settings)
    if (created) reply.header('location', locationOf(request, params.name))
    return reply.status(created ? 201 : 200).send(info)
  })

  // KIP-477
  app.patch<Named>('/connectors/:name/config', async ({ params, body }) => {
    const changes = badRequest(() => changesOf(body))
    refuseOtherName(params.name, changes.get('name') ?? undefined)
    return connectorsHere(worker).patch(params.name, changes)
  })

  app.delete<Named & Waiting>('/connectors/:name', async ({ params, query }, reply) => {
    // tasks may take their time to end; the connector is gone for everyone who asks
    await connectorsHere(worker).delete(params.name, { wait: isTrue(query.wait) })
    return reply.status(204).send()
  })

  app.get<Named>('/connectors/:name/tasks', async ({ params }) =>
    connectorsHere(worker).taskConfigs(params.name),
  )

  app.get<Named>('/connectors/:name/status', async ({ params }) => connectorsHere(worker).status(params.name))

  app.get<{ Params: { name: string; task: string } }>(
    '/connectors/:name/tasks/:task/status',
    async ({ params }) => {
      const index = taskIndex(params.task)
      const found = taskStatus(worker, params.name, index)
      if (found === undefined) throw noSuch.taskStatus(params.name, index)
      return found
    },
  )
}

function taskStatus(worker: Worker, name: string, index: number): TaskView | undefined {
  if (!connectorsHere(worker).names().includes(name)) return undefined
  return connectorsHere(worker)
    .status(name)
    .tasks.find(({ id }) => id === index)
}

function expanded(worker: Worker, expand: readonly string[]): object {
  const connectors = connectorsHere(worker)
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
function createRequestOf(body: unknown): ConnectorRequest {
  const request = refuseUnknownFields(body, ['name', 'config', 'initial_state'], 'The body')
  if (typeof request.config !== 'object' || request.config === null) {
    throw new RequestError(400, 'The body must be {"name": "...", "config": {...}}.')
  }
  const name = nameOf(request.name)
  const { settings, issues } = settingsOfBody(request.config, 'The body, "config"')
  refuseOtherName(name, settings.get('name'))
  if (issues.length > 0) throw new ConfigError(issues)
  return badRequest(() => connectorRequestOf({ ...request, name }, 'The body'))
}

/** Without the blanks around it. None: there is a setting for it to be wrong. */
function nameOf(name: unknown): string {
  if (name === undefined || name === null) return ''
  if (typeof name === 'string') return name.trim()
  throw new RequestError(400, 'The body: "name" must be text.')
}

/** Settings of which a null says that it is to go. */
function changesOf(body: unknown): ReadonlyMap<string, string | null> {
  const changes = new Map<string, string | null>(settingsOf(body, 'The body'))
  for (const [key, value] of Object.entries(body as object)) if (value === null) changes.set(key, null)
  return changes
}

function refuseOtherName(name: string, inner: string | undefined): void {
  if (inner === undefined || inner === name) return
  throw new RequestError(
    400,
    `Connector name configuration (${inner}) doesn't match connector name in the URL (${name})`,
  )
}
