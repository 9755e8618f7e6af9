import { stringifyJson } from '@sluice/template'
import type { FastifyInstance } from 'fastify'
import { type LoggerState, loggerLevel } from '../telemetry/log-levels.ts'
import { RequestError } from '../worker/request-error.ts'
import type { Worker } from '../worker/worker.ts'
import { connectorsHere } from './connectors-here.ts'

interface LoggerNamed {
  Params: { logger: string }
}

/** Levels of loggers, of this worker (KIP-495) or of all of the cluster (KIP-976). */
export function loggerRoutes(app: FastifyInstance, worker: Worker): void {
  app.get('/admin/loggers', async () =>
    Object.assign(
      Object.create(null),
      Object.fromEntries([...worker.logLevels.all()].map(([name, state]) => [name, shown(state)])),
    ),
  )

  app.get<LoggerNamed>('/admin/loggers/:logger', async ({ params }) => {
    const found = worker.logLevels.get(params.logger)
    if (found === undefined) throw new RequestError(404, `Logger ${params.logger} not found.`)
    return shown(found)
  })

  app.put<LoggerNamed & { Querystring: { scope?: string } }>(
    '/admin/loggers/:logger',
    async ({ params, query, body }, reply) => {
      const level = levelOf(body)
      const isForAll = query.scope?.toLowerCase() === 'cluster'
      if (!isForAll) return worker.logLevels.set(params.logger, level)
      const connectors = connectorsHere(worker)
      if (connectors.setLoggers) await connectors.setLoggers(params.logger, level)
      else worker.logLevels.set(params.logger, level)
      return reply.status(204).send()
    },
  )
}

function shown({ level, lastModified }: LoggerState): object {
  return { level, last_modified: lastModified }
}

function levelOf(body: unknown): NonNullable<ReturnType<typeof loggerLevel>> {
  const word: unknown = typeof body === 'object' && body !== null && 'level' in body ? body.level : undefined
  if (word === undefined || word === null) {
    throw new RequestError(400, "Desired 'level' parameter was not specified in request.")
  }
  const level = typeof word === 'string' ? loggerLevel(word) : undefined
  if (level === undefined)
    throw new RequestError(404, `invalid log level '${stringifyJson(word).replace(/^"|"$/g, '')}'.`)
  return level
}
