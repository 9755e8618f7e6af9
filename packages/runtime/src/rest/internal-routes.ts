import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { settingsOf } from '../config/settings.ts'
import type { InternalRequests } from '../worker/internal-requests.ts'
import { RequestError } from '../worker/request-error.ts'
import type { Worker } from '../worker/worker.ts'
import { connectorsHere } from './connectors-here.ts'
import { badRequest } from './bad-request.ts'
import { rawBody } from './json-body.ts'
import { refuseUnsigned } from './signature.ts'

interface Named {
  Params: { name: string }
}

/** What workers of a cluster ask of each other, signed (KIP-507). */
export function internalRoutes(app: FastifyInstance, worker: Worker): void {
  app.post<Named>('/connectors/:name/tasks', async (request, reply) => {
    const internal = allowed(worker, request)
    const { body } = request
    if (!Array.isArray(body)) throw new RequestError(400, 'The body must be a list of the settings of tasks.')
    const configs = badRequest(() => body.map((one, task) => settingsOf(one, `The settings of task ${task}`)))
    await internal.putTaskConfigs(request.params.name, configs)
    return reply.status(204).send()
  })

  app.put<Named>('/connectors/:name/fence', async (request, reply) => {
    await allowed(worker, request).fence(request.params.name)
    return reply.status(200).send()
  })
}

/** Signed, so that it needs no login. */
export function isInternal({ method, routeOptions }: FastifyRequest, worker: Worker): boolean {
  if (connectorsHere(worker).internal === undefined) return false
  return routes.some((one) => one.method === method && one.url === routeOptions.url)
}

const routes = [
  { method: 'POST', url: '/connectors/:name/tasks' },
  { method: 'PUT', url: '/connectors/:name/fence' },
]

function allowed(worker: Worker, request: FastifyRequest): InternalRequests {
  const { internal = nobody } = connectorsHere(worker)
  refuseUnsigned({ headers: request.headers, body: rawBody(request) ?? Buffer.alloc(0) }, internal)
  return internal
}

/** Who stands alone has no others whose signature would be good. */
const nobody: InternalRequests = {
  sessionKey: () => ({ bytes: randomBytes(32) }),
  algorithms: ['HmacSHA256'],
  putTaskConfigs: async () => {},
  fence: async () => {},
}
