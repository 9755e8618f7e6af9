import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { Logger } from '@sluice/template'
import type { FastifyInstance } from 'fastify'
import { type Listener, readListeners } from '../config/listeners.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import type { Worker } from '../worker/worker.ts'
import { createRest, type RestContext, type Serving } from './server.ts'
import { clientTls, serverTls } from './tls.ts'
import { readUsers } from './users.ts'

export interface RunningRest {
  /** `http://127.0.0.1:8083`, one for each of `listeners`. */
  readonly addresses: readonly string[]
  /** The same of `admin.listeners`. */
  readonly adminAddresses: readonly string[]
  close(): Promise<void>
}

interface Place extends Serving {
  readonly setting: 'listeners' | 'admin.listeners'
  readonly listener: Listener
}

/**
 * Listens as the worker's `listeners` and `admin.listeners` say, and tells the worker by what address it is known. Rejects with an error that names
 * the address and the cause, or what is wrong with its TLS or its login.
 */
export async function startRest(
  how: Omit<RestContext, 'users' | 'clientTls'>,
  log: Logger,
): Promise<RunningRest> {
  const { worker } = how
  const places = placesOf(worker)
  const speaksTls = places.some(({ listener }) => listener.protocol === 'https')
  const context: RestContext = {
    ...how,
    users: await readUsers(worker.config),
    clientTls: speaksTls ? clientTls(worker.config, worker.settings) : undefined,
  }
  const apps: FastifyInstance[] = []
  const heard: (Place & { readonly address: string })[] = []
  const close = async (): Promise<void> => void (await Promise.all(apps.map((app) => app.close())))
  for (const place of places) {
    const { host, port } = place.listener
    const app = createRest(context, log, place)
    apps.push(app)
    try {
      await app.listen({ host, port })
    } catch (cause) {
      await close()
      throw new Error(
        `REST can't listen as ${place.setting}=${textsOf(place, worker.config)} says: ${whyNot(cause)}.`,
        { cause },
      )
    }
    heard.push({ ...place, address: addressOf(app, place.listener) })
  }
  const at = (setting: Place['setting']): readonly string[] =>
    heard.filter((one) => one.setting === setting).map(({ address }) => address)
  nameWorker(worker, at('listeners'))
  return { addresses: at('listeners'), adminAddresses: at('admin.listeners'), close }
}

function placesOf(worker: Worker): readonly Place[] {
  const { listeners, adminListeners } = worker.config
  // what may be listened on was checked when the settings were read
  const read = (texts: readonly string[]) => readListeners(texts, { open: true }).listeners
  const part = adminListeners === undefined ? 'all' : 'api'
  return [
    ...read(listeners).map((listener) => ({
      setting: 'listeners' as const,
      listener,
      part: part as Serving['part'] & string,
      tls: tlsOf(listener, worker, 'listeners'),
    })),
    ...read(adminListeners ?? []).map((listener) => ({
      setting: 'admin.listeners' as const,
      listener,
      part: 'admin' as const,
      tls: tlsOf(listener, worker, 'admin.listeners'),
    })),
  ]
}

function tlsOf({ protocol }: Listener, worker: Worker, setting: Place['setting']): Serving['tls'] {
  return protocol === 'https' ? serverTls(worker.config, worker.settings, setting) : undefined
}

function textsOf({ setting }: Place, { listeners, adminListeners }: WorkerConfig): string {
  return (setting === 'listeners' ? listeners : (adminListeners ?? [])).join(',')
}

function whyNot(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EADDRINUSE') {
    return 'the port is taken, perhaps by another worker; choose another one in listeners, or stop what has it'
  }
  return cause instanceof Error ? cause.message : String(cause)
}

function addressOf(app: FastifyInstance, { protocol, host }: Listener): string {
  const { port } = app.server.address() as AddressInfo
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** As Kafka Connect chooses: the listener that is asked for, else http before https. */
function nameWorker(worker: Worker, addresses: readonly string[]): void {
  const { config } = worker
  const { restAdvertisedHostName: host, restAdvertisedPort: port, restAdvertisedListener: wanted } = config
  const order = wanted === undefined ? ['http:', 'https:'] : [`${wanted}:`]
  const urls = addresses.map((address) => new URL(address))
  const own = order.flatMap((protocol) => urls.filter((url) => url.protocol === protocol))[0] ?? urls[0]
  if (own === undefined) return
  if (host !== undefined) own.hostname = host
  else if (isEverywhere(own.hostname)) own.hostname = hostname()
  if (port !== undefined) own.port = String(port)
  worker.restUrl = own.href
  worker.workerId = `${own.hostname.replace(/^\[|\]$/g, '')}:${own.port || (own.protocol === 'https:' ? 443 : 80)}`
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '[::]'
}
