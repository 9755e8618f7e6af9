import { STATUS_CODES } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { ConnectionOptions, TlsOptions } from 'node:tls'
import { type Logger, stringifyJson } from '@sluice/template'
import {
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from 'fastify'
import { headerRules, headersAt } from '../config/header-rules.ts'
import { isOpen } from '../config/rest-issues.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import { hashMapOrder } from '../offsets/offset-key.ts'
import { ForwardRequest } from '../worker/forward-request.ts'
import type { Worker } from '../worker/worker.ts'
import { BadRequestLog } from './bad-request-log.ts'
import { askForLogin, type Users } from './basic-auth.ts'
import { connectorRoutes } from './connector-routes.ts'
import { allowOrigins, type CorsRules, corsRules } from './cors.ts'
import { answerInTime, requestTimeoutMs } from './deadline.ts'
import { errorBody } from './errors.ts'
import { forward } from './forward.ts'
import { internalRoutes, isInternal } from './internal-routes.ts'
import { acceptJson } from './json-body.ts'
import { knownPaths } from './known-paths.ts'
import { loggerRoutes } from './logger-routes.ts'
import { offsetRoutes } from './offset-routes.ts'
import { operationRoutes } from './operation-routes.ts'
import { pluginRoutes } from './plugin-routes.ts'
import { rootRoutes } from './root-routes.ts'
import { refuseStrangers } from './same-origin.ts'

export interface RestContext {
  readonly worker: Worker
  /** Asked once, in the background; undefined while Kafka has not answered. */
  readonly clusterId: () => string | undefined
  /** Has it started, with all that it is to start with? */
  readonly ready: () => boolean
  /** A request that takes longer is answered with 500. Default: 90 s, as in Kafka Connect. */
  readonly requestTimeoutMs?: number
  readonly metricsText: () => Promise<{ readonly contentType: string; readonly text: string }>
  /** Who may use it. Absent: everyone. */
  readonly users?: Users | undefined
  /** How other workers are reached on https. */
  readonly clientTls?: ConnectionOptions | undefined
}

export interface Serving {
  /** `admin`: /admin only; `api`: everything else. Default: all. */
  readonly part?: 'all' | 'api' | 'admin'
  /** Absent: plain http. */
  readonly tls?: TlsOptions | undefined
}

/** The REST API over a worker, not listening yet. */
export function createRest(
  context: RestContext,
  log: Logger,
  { part = 'all', tls }: Serving = {},
): FastifyInstance {
  const app = fastify({
    // a settings map of a megabyte is no mistake worth refusing
    bodyLimit: 4 * 1024 * 1024,
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: true },
    forceCloseConnections: true,
    // what never comes to a route: a URL that can't be read
    frameworkErrors: (error, _request, reply) => {
      const body = errorBody(error)
      void (reply as FastifyReply).status(body.error_code).send(body)
    },
    clientErrorHandler: answerNoRequest,
    ...(tls && { serverFactory: httpsFactory(tls) }),
  })
  acceptJson(app)
  app.setReplySerializer(stringifyJson)
  // JSON is UTF-8 anyway (RFC 8259), and Kafka Connect doesn't say it
  app.addHook('onSend', async (_request, reply) => {
    const type = reply.getHeader('content-type')
    if (type === 'application/json; charset=utf-8') reply.header('content-type', 'application/json')
  })
  answerInTime(app, context.requestTimeoutMs ?? requestTimeoutMs)
  answerFailures(app, context, log)
  guard(app, context)
  if (part !== 'admin') apiRoutes(app, context)
  if (part !== 'api') loggerRoutes(app, context.worker)
  return app
}

/** What is no HTTP at all. */
function answerNoRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
  const body = JSON.stringify({ error_code: status, message: 'The request is no HTTP that can be read.' })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function apiRoutes(app: FastifyInstance, context: RestContext): void {
  rootRoutes(app, context)
  connectorRoutes(app, context.worker)
  operationRoutes(app, context.worker)
  offsetRoutes(app, context.worker)
  pluginRoutes(app, context.worker)
  internalRoutes(app, context.worker)
}

function httpsFactory(tls: TlsOptions): FastifyServerFactory {
  return (handler) => createHttps(tls, handler)
}

/** Every failure is a code and a sentence, never a stack; what is another worker's is sent there. */
function answerFailures(app: FastifyInstance, context: RestContext, log: Logger): void {
  const bad = new BadRequestLog(log)
  app.addHook('onResponse', async ({ method, url }, { statusCode: status }) =>
    bad.take({ status, method, url }),
  )
  app.setErrorHandler(async (error, request, reply) => {
    const how = { request, reply, tls: context.clientTls }
    const failure = error instanceof ForwardRequest ? await forwarded(error, how) : error
    if (failure === undefined) return
    const body = errorBody(failure)
    if (body.error_code >= 500)
      log.error({ err: failure, method: request.method, url: request.url }, 'A request failed.')
    void reply.status(body.error_code).send(body)
  })
  const known = knownPaths(app)
  app.setNotFoundHandler((request, reply) => {
    const methods = known.methodsAt(request.url.split('?', 1)[0]!)
    if (methods.length === 0) {
      return reply.status(404).send({ error_code: 404, message: 'HTTP 404 Not Found' })
    }
    const allow = hashMapOrder([...methods, 'OPTIONS'])
    reply.header('allow', allow.join(','))
    if (request.method === 'OPTIONS') return reply.type('text/plain').send(allow.join(', '))
    return reply.status(405).send({ error_code: 405, message: 'HTTP 405 Method Not Allowed' })
  })
}

/** Who may ask at all: before anything is read. */
function guard(app: FastifyInstance, { worker, users }: RestContext): void {
  const { config } = worker
  const rules = headerRules(config.responseHttpHeadersConfig)
  app.addHook('onRequest', async (_request, reply) => {
    for (const { name, value, added } of headersAt(rules, Date.now())) {
      if (!added) reply.removeHeader(name)
      reply.header(name, value)
    }
  })
  const cors = corsRules(config.accessControlAllowOrigin, config.accessControlAllowMethods)
  const names = ownNames(config)
  app.addHook('onRequest', async ({ headers }) =>
    refuseStrangers(headers, { names, allows: originsOf(cors) }),
  )
  if (cors !== undefined) allowOrigins(app, cors)
  if (users !== undefined) askForLogin(app, users, (request) => isInternal(request, worker))
}

function originsOf(cors: CorsRules | undefined): (origin: string) => boolean {
  return (origin) => cors?.allows(origin) ?? false
}

/** What went wrong with that; undefined: it was answered. */
async function forwarded(
  elsewhere: ForwardRequest,
  how: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly tls: ConnectionOptions | undefined
  },
): Promise<unknown> {
  try {
    await forward(elsewhere, how)
    return undefined
  } catch (failure) {
    return failure
  }
}

function ownNames(config: WorkerConfig): readonly string[] | 'any' {
  if (isOpen(config)) return 'any'
  return [config.restAdvertisedHostName, hostname()]
    .filter((host) => host !== undefined)
    .map((host) => host.toLowerCase())
}
