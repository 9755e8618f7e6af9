import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { ConfigurationError, RetriableError, type SourceContext, type SourceTask } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import { Outbox } from '../outbox.ts'
import { recordMakerFor } from '../records/record-maker-for.ts'
import { rulesOf } from '../rules/configured-rules.ts'
import { compileRules } from '../rules/label-rules.ts'
import { Deliveries, type PushOffset } from './deliveries.ts'
import { pushFigures } from './figures.ts'
import { pushFormats } from './formats.ts'
import { type HostPort, hostPort } from './host-port.ts'
import { pushHandler } from './push-handler.ts'
import { openStatsd } from './statsd.ts'

/** Opens a task that takes what is sent to it, by HTTP and, where that is configured, StatsD. */
export async function openPush(
  context: Pick<SourceContext<MetricsConfig, unknown, unknown>, 'config' | 'log' | 'metrics'>,
): Promise<SourceTask<PushOffset>> {
  const { config, log, metrics } = context
  const figures = pushFigures(metrics)
  const maker = recordMakerFor(config)
  const outbox = new Outbox<PushOffset>(maker, () => figures.unsayable.add())
  const deliveries = new Deliveries(outbox, maker)
  const rules = compileRules(rulesOf(config))
  const handler = pushHandler({ config, formats: pushFormats(rules), deliveries, outbox, figures, log })
  const server = await serverFor(config)
  server.on('request', handler)
  // who asks before sending a body is answered without it where it wouldn't be taken
  server.on('checkContinue', handler)
  await listen(server, hostPort(config.pushListen))
  server.on('error', (err) => log.warn({ err }, 'The port that metrics are pushed to had an error.'))
  const statsd = await openStatsd({ config, rules, deliveries, outbox, figures, log }).catch(
    async (error: unknown) => {
      await closed(server)
      throw error
    },
  )
  return {
    poll: async ({ signal, maxRecords }) => {
      const items = await outbox.take(maxRecords, signal)
      figures.waiting.set(outbox.points)
      return items
    },
    acknowledged: (origin) => deliveries.arrived(origin),
    close: async () => {
      await statsd?.close()
      deliveries.close()
      await closed(server)
    },
  }
}

async function serverFor(config: MetricsConfig): Promise<Server> {
  const { pushTlsCertFile: cert, pushTlsKeyFile: key } = config
  if (cert === undefined || key === undefined) return createServer()
  const read = (setting: string, path: string) =>
    readFile(path).catch((cause: Error) => {
      throw new ConfigurationError(`${setting} can't be read: ${cause.message}`, { cause })
    })
  return createSecureServer({
    cert: await read('push.tls.cert.file', cert),
    key: await read('push.tls.key.file', key),
  })
}

async function listen(server: Server, { host, port }: HostPort): Promise<void> {
  server.listen({ host, port })
  await once(server, 'listening').catch((cause: Error) => {
    // whoever has the port may go: the task before this one, for example
    throw new RetriableError(`push.listen: ${host}:${port} can't be listened on: ${cause.message}`, { cause })
  })
}

/** Answers that were given go out; connections that wait for nothing end at once, others soon. */
async function closed(server: Server): Promise<void> {
  const over = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), 500)
  await over
  clearTimeout(timer)
}
