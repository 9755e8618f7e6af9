import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { type Logger, stringifyJson } from '@sluice/template'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { ForwardRequest } from '../worker/forward-request.ts'
import type { Worker } from '../worker/worker.ts'
import { connectorRoutes } from './connector-routes.ts'
import { answerInTime, requestTimeoutMs } from './deadline.ts'
import { errorBody } from './errors.ts'
import { forward } from './forward.ts'
import { internalRoutes } from './internal-routes.ts'
import { acceptJson } from './json-body.ts'
import { knownPaths } from './known-paths.ts'
import { loggerRoutes } from './logger-routes.ts'
import { offsetRoutes } from './offset-routes.ts'
import { operationRoutes } from './operation-routes.ts'
import { pluginRoutes } from './plugin-routes.ts'
import { readListeners } from '../config/listeners.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import { refuseStrangers } from './same-origin.ts'
import { rootRoutes } from './root-routes.ts'

export interface RestContext {
  readonly worker: Worker
  /** Asked once, in the background; undefined while Kafka has not answered. */
  readonly clusterId: () => string | undefined
  /** Has it started, with all that it is to start with? */
  readonly ready: () => boolean
  /** A request that takes longer is answered with 500. Default: 90 s, as in Kafka Connect. */
  readonly requestTimeoutMs?: number
  readonly metricsText: () => Promise<{ readonly contentType: string; readonly text: string }>
}

/** The REST API over a worker, not listening yet. */
export function createRest(context: RestContext, log: Logger): FastifyInstance {
  const app = fastify({
    // a settings map of a megabyte is no mistake worth refusing
    bodyLimit: 4 * 1024 * 1024,
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: true },
    forceCloseConnections: true,
  })
  acceptJson(app)
  answerInTime(app, context.requestTimeoutMs ?? requestTimeoutMs)
  const known = knownPaths(app)
  app.setReplySerializer(stringifyJson)
  app.setErrorHandler(async (error, request, reply) => {
    const failure = error instanceof ForwardRequest ? await forwarded(error, { request, reply }) : error
    if (failure === undefined) return
    const body = errorBody(failure)
    if (body.error_code >= 500)
      log.error({ err: failure, method: request.method, url: request.url }, 'A request failed.')
    void reply.status(body.error_code).send(body)
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = known.methodsAt(request.url.split('?', 1)[0]!)
    if (methods.length === 0) {
      return reply.status(404).send({ error_code: 404, message: 'HTTP 404 Not Found' })
    }
    reply.header('allow', methods.join(', '))
    return reply.status(405).send({ error_code: 405, message: 'HTTP 405 Method Not Allowed' })
  })
  const names = ownNames(context.worker.config)
  app.addHook('onRequest', async ({ headers }) => refuseStrangers(headers, names))
  rootRoutes(app, context)
  connectorRoutes(app, context.worker)
  operationRoutes(app, context.worker)
  offsetRoutes(app, context.worker)
  pluginRoutes(app, context.worker)
  loggerRoutes(app, context.worker)
  internalRoutes(app, context.worker)
  return app
}

/** What went wrong with that; undefined: it was answered. */
async function forwarded(
  elsewhere: ForwardRequest,
  how: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<unknown> {
  try {
    await forward(elsewhere, how)
    return undefined
  } catch (failure) {
    return failure
  }
}

export interface RunningRest {
  /** `http://127.0.0.1:8083`, one for each listener. */
  readonly addresses: readonly string[]
  close(): Promise<void>
}

/** Listens as the worker's `listeners` say, and gives the worker its id. Rejects with an error that names the address and the cause. */
export async function startRest(context: RestContext, log: Logger): Promise<RunningRest> {
  const { worker } = context
  const { listeners } = readListeners(worker.config.listeners, { insecure: worker.config.listenersInsecure })
  const apps: FastifyInstance[] = []
  const addresses: string[] = []
  const close = async (): Promise<void> => void (await Promise.all(apps.map((app) => app.close())))
  try {
    for (const { host, port } of listeners) {
      const app = createRest(context, log)
      apps.push(app)
      await app.listen({ host, port })
      addresses.push(addressOf(app, host))
    }
  } catch (cause) {
    await close()
    const { listeners: texts } = worker.config
    throw new Error(`REST can't listen as listeners=${texts.join(',')} says: ${whyNot(cause)}.`, { cause })
  }
  nameWorker(worker, addresses[0])
  return { addresses, close }
}

function whyNot(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EADDRINUSE') {
    return 'the port is taken, perhaps by another worker; choose another one in listeners, or stop what has it'
  }
  return cause instanceof Error ? cause.message : String(cause)
}

function ownNames(config: WorkerConfig): readonly string[] | 'any' {
  if (config.listenersInsecure) return 'any'
  return [config.restAdvertisedHostName, hostname()]
    .filter((host) => host !== undefined)
    .map((host) => host.toLowerCase())
}

function addressOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function nameWorker(worker: Worker, address: string | undefined): void {
  const { restAdvertisedHostName: host, restAdvertisedPort: port } = worker.config
  const own = address === undefined ? undefined : new URL(address)
  const named = host ?? own?.hostname
  if (named !== undefined) worker.workerId = `${named}:${port ?? own?.port ?? 8083}`
}
