import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Logger } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import { fromMs } from '../model/instant.ts'
import type { Outbox } from '../outbox.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import type { Deliveries, PushOffset } from './deliveries.ts'
import type { PushFigures } from './figures.ts'
import { hostPort } from './host-port.ts'
import { parseStatsdLine } from './statsd-line.ts'
import { StatsdTable } from './statsd-table.ts'

export interface StatsdParts {
  readonly config: MetricsConfig
  readonly rules: ApplyRules
  readonly deliveries: Deliveries
  readonly outbox: Outbox<PushOffset>
  readonly figures: PushFigures
  readonly log: Logger
}

/** Takes StatsD by UDP, if that is configured; what came in is given to Kafka at every interval. */
export async function openStatsd(parts: StatsdParts): Promise<{ close(): Promise<void> } | undefined> {
  const { config, rules, figures, log } = parts
  if (config.pushStatsdListen === undefined) return undefined
  const { host, port } = hostPort(config.pushStatsdListen)
  const table = new StatsdTable(rules, fromMs(Date.now()))
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' })
  socket.on('message', (message) => {
    for (const line of message.toString('utf8').split('\n')) readLine(line, table, figures)
  })
  socket.bind({ address: host, port })
  await once(socket, 'listening').catch((cause: Error) => {
    throw new Error(`push.statsd.listen: ${host}:${port} can't be listened on: ${cause.message}`, { cause })
  })
  socket.on('error', (err) => log.warn({ err }, 'The port that StatsD is taken at had an error.'))
  const timer = setInterval(() => give(table, parts), config.pushStatsdIntervalMs)
  return {
    close: async () => {
      clearInterval(timer)
      const over = once(socket, 'close')
      socket.close()
      await over
    },
  }
}

function readLine(line: string, table: StatsdTable, figures: PushFigures): void {
  const text = line.trim()
  // events and service checks of DogStatsD are no metrics
  if (text === '' || text.startsWith('_e{') || text.startsWith('_sc|')) return
  const values = parseStatsdLine(text)
  if (!values) return figures.badLines.add()
  for (const value of values) if (!table.add(value)) figures.lostLines.add()
}

/** Nobody waits for the answer. */
function give(table: StatsdTable, { outbox, deliveries, config, figures }: StatsdParts): void {
  const points = table.take(fromMs(Date.now()))
  if (outbox.points >= config.pushBufferSamples) return figures.lostLines.add(points.length)
  figures.samples.add(points.length)
  deliveries.send(points)
}
