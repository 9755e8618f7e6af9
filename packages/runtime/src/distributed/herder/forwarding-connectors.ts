import type { ConfigFields, Definition, Issue } from '@sluice/template'
import { type Settings, type SettingsInput, toObject } from '../../config/settings.ts'
import type { LoggerLevel } from '../../telemetry/log-levels.ts'
import type { ApplyHow, ConnectorOffset, Connectors, Health } from '../../worker/connectors.ts'
import { ForwardRequest } from '../../worker/forward-request.ts'
import type { InternalRequests } from '../../worker/internal-requests.ts'
import type { TypedSettings } from '../../worker/typed-settings.ts'
import { type ConnectorInfo, type ConnectorStatus, restarting, type TaskConfig } from '../../worker/views.ts'
import type { CallAnswer, WorkerCalls } from './worker-calls.ts'

export interface ForwardingOptions {
  readonly here: Here
  readonly settingsOf: (rest: readonly unknown[]) => Settings
  readonly calls: Pick<WorkerCalls, 'send'>
  /** Reads what the others have written before the call. */
  readonly refresh: () => Promise<void>
  /** How long to wait for a leader where none is known, and before each look for one. */
  readonly patience?: { readonly ms: number; readonly againMs: number }
  readonly sleep: (ms: number) => Promise<void>
}

type Here = Connectors & { readonly internal: InternalRequests }

interface Request {
  readonly method: string
  /** Behind the connector's address. */
  readonly path?: string
  readonly query?: Readonly<Record<string, boolean>>
  readonly body?: unknown
}

/**
 * The connectors of a cluster for a program that embeds one of its workers: what only another worker may do is asked of that one over REST. Resolves when
 * this worker, too, knows of it. Rejects with a RequestError that says what the other one did, or with a ForwardRequest without an url where no
 * leader was known for a while.
 */
export class ForwardingConnectors implements Connectors {
  readonly here: Here
  readonly #options: ForwardingOptions

  constructor(options: ForwardingOptions) {
    this.#options = options
    this.here = options.here
  }

  put<S extends ConfigFields>(
    name: string,
    definition: Definition<S>,
    settings: TypedSettings<S>,
  ): Promise<ConnectorInfo>
  put(name: string, connectorClass: string, settings: SettingsInput): Promise<ConnectorInfo>
  put(name: string, settings: SettingsInput): Promise<ConnectorInfo>
  async put(name: string, ...rest: readonly unknown[]): Promise<ConnectorInfo> {
    return (await this.apply(name, this.#options.settingsOf(rest), { atStart: true })).info
  }

  async apply(
    name: string,
    settings: Settings,
    how: ApplyHow = {},
  ): Promise<{ readonly info: ConnectorInfo; readonly created: boolean }> {
    const config = toObject(settings)
    const { mode, initialState } = how
    const isNew = mode === 'create' || (initialState !== undefined && !this.here.names().includes(name))
    return this.#either(
      () => this.here.apply(name, settings, how),
      async (send) => {
        const { status, body } = isNew
          ? await send('/connectors', 'POST', { name, config, initial_state: initialState })
          : await send(`${addressOf(name)}/config`, 'PUT', config)
        return { info: body as ConnectorInfo, created: status === 201 }
      },
    )
  }

  patch(name: string, changes: ReadonlyMap<string, string | null>): Promise<ConnectorInfo> {
    const request = { method: 'PATCH', path: '/config', body: Object.fromEntries(changes) }
    return this.#ask(name, request, (here) => here.patch(name, changes))
  }

  names(): readonly string[] {
    return this.here.names()
  }

  get(name: string): ConnectorInfo {
    return this.here.get(name)
  }

  status(name: string): ConnectorStatus {
    return this.here.status(name)
  }

  statuses(): readonly ConnectorStatus[] {
    return this.here.statuses()
  }

  taskConfigs(name: string): readonly TaskConfig[] {
    return this.here.taskConfigs(name)
  }

  pause(name: string): Promise<void> {
    return this.here.pause(name)
  }

  resume(name: string): Promise<void> {
    return this.here.resume(name)
  }

  async stop(name: string, how: { readonly wait?: boolean } = {}): Promise<void> {
    const request = { method: 'PUT', path: '/stop', query: { wait: how.wait ?? true } }
    await this.#ask(name, request, (here) => here.stop(name, how))
  }

  async delete(name: string, how: { readonly wait?: boolean } = {}): Promise<void> {
    const request = { method: 'DELETE', query: { wait: how.wait ?? true } }
    await this.#ask(name, request, (here) => here.delete(name, how))
  }

  async restart(
    name: string,
    how: { readonly includeTasks?: boolean; readonly onlyFailed?: boolean } = {},
  ): Promise<ConnectorStatus> {
    const { includeTasks = false, onlyFailed = false } = how
    const query = { includeTasks, onlyFailed }
    const before = (): ConnectorStatus => restarting(this.here.status(name), query)
    const request = { method: 'POST', path: '/restart', query }
    const status = await this.#ask<ConnectorStatus | undefined>(name, request, (here) =>
      here.restart(name, how),
    )
    return status ?? before()
  }

  async restartTask(name: string, task: number): Promise<void> {
    const request = { method: 'POST', path: `/tasks/${task}/restart` }
    await this.#ask(name, request, (here) => here.restartTask(name, task))
  }

  validate(settings: Settings): Promise<readonly Issue[]> {
    return this.here.validate(settings)
  }

  offsets(name: string): Promise<readonly ConnectorOffset[]> {
    return this.here.offsets(name)
  }

  alterOffsets(name: string, changes: readonly ConnectorOffset[]): Promise<string> {
    const request = { method: 'PATCH', path: '/offsets', body: { offsets: changes } }
    return this.#message(name, request, (here) => here.alterOffsets(name, changes))
  }

  resetOffsets(name: string): Promise<string> {
    return this.#message(name, { method: 'DELETE', path: '/offsets' }, (here) => here.resetOffsets(name))
  }

  topics(name: string): readonly string[] {
    return this.here.topics(name)
  }

  resetTopics(name: string): Promise<void> {
    return this.here.resetTopics(name)
  }

  async setLoggers(namespace: string, level: LoggerLevel): Promise<void> {
    await this.here.setLoggers?.(namespace, level)
  }

  async health(call: { readonly timeoutMs: number }): Promise<Health> {
    return (await this.here.health?.(call)) ?? { status: 'healthy' }
  }

  close(timeoutMs: number): Promise<void> {
    return this.here.close(timeoutMs)
  }

  get internal(): InternalRequests {
    return this.here.internal
  }

  #message(name: string, request: Request, own: (here: Connectors) => Promise<string>): Promise<string> {
    return this.#either(
      () => own(this.here),
      async (send) => ((await sent(send, name, request)).body as { readonly message: string }).message,
    )
  }

  #ask<T>(name: string, request: Request, own: (here: Connectors) => Promise<T>): Promise<T> {
    return this.#either(
      () => own(this.here),
      async (send) => (await sent(send, name, request)).body as T,
    )
  }

  /** Here, if this worker may; else by the one that may, once it is known who that is. */
  async #either<T>(own: () => Promise<T>, other: (send: Send) => Promise<T>): Promise<T> {
    const { calls, refresh, sleep, patience = { ms: 15_000, againMs: 200 } } = this.#options
    for (let waitedMs = 0; ; waitedMs += patience.againMs) {
      try {
        return await own()
      } catch (error) {
        if (!(error instanceof ForwardRequest)) throw error
        const { url } = error
        if (url !== undefined) {
          const outcome = await other((path, method, body) => calls.send(url, method, path, body))
          await refresh()
          return outcome
        }
        if (waitedMs >= patience.ms) throw error
        await sleep(patience.againMs)
      }
    }
  }
}

type Send = (path: string, method: string, body?: unknown) => Promise<CallAnswer>

const addressOf = (name: string): string => `/connectors/${encodeURIComponent(name)}`

function sent(
  send: Send,
  name: string,
  { method, path = '', query = {}, body }: Request,
): Promise<CallAnswer> {
  const set = new URLSearchParams(
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  )
  return send(`${addressOf(name)}${path}${set.size > 0 ? `?${set.toString()}` : ''}`, method, body)
}
