import { parseConfig } from '@sluice/template'
import { connectorFields } from '../config/connector-fields.ts'
import type { Settings } from '../config/settings.ts'
import { restartDelayMs } from '../task/restart-policy.ts'
import type { Resolution } from './resolver.ts'

export interface ReloadsOptions {
  readonly resolver: { lookUp(connector: string, settings: Settings): Promise<Resolution> }
  /** Opens what runs of a connector here anew. */
  readonly restart: (connector: string) => void
  readonly changed: (connector: string) => void
  readonly failed: (connector: string, reason: string, retryMs: number) => void
}

interface Watched {
  readonly settings: Settings
  readonly values: ReadonlyMap<string, string>
  readonly timer: NodeJS.Timeout
}

/** What a timer can be set to. */
const longestMs = 2 ** 31 - 1
/** However short-lived a value says it is. */
const leastMs = 1000
const retryPolicy = { backoffMs: 10_000, backoffMaxMs: 300_000, max: -1 }

/**
 * Looks values up again when their time is over, and restarts the connector if one has changed, unless `config.action.reload` is none. Unlike
 * Kafka Connect, which restarts it in any case.
 */
export class Reloads {
  readonly #options: ReloadsOptions
  readonly #watched = new Map<string, Watched>()

  constructor(options: ReloadsOptions) {
    this.#options = options
  }

  /** A connector has been given these values. */
  note(connector: string, settings: Settings, { values, ttlMs }: Resolution): void {
    this.forget(connector)
    if (ttlMs === undefined || actionOf(settings) === 'none') return
    this.#watch(connector, { settings, values, afterMs: ttlMs, failures: 0 })
  }

  /** Nothing of it runs here any more. */
  forget(connector: string): void {
    clearTimeout(this.#watched.get(connector)?.timer)
    this.#watched.delete(connector)
  }

  close(): void {
    for (const connector of this.#watched.keys()) this.forget(connector)
  }

  #watch(
    connector: string,
    how: Omit<Watched, 'timer'> & { readonly afterMs: number; readonly failures: number },
  ): void {
    const { settings, values, afterMs, failures } = how
    const timer = setTimeout(
      () => void this.#lookAgain(connector, { timer, settings, values }, failures),
      Math.min(Math.max(afterMs, leastMs), longestMs),
    )
    timer.unref()
    this.#watched.set(connector, { settings, values, timer })
  }

  async #lookAgain(connector: string, { timer, settings, values }: Watched, failures: number): Promise<void> {
    const found = await this.#options.resolver.lookUp(connector, settings)
    // it was given others meanwhile, or has gone
    if (this.#watched.get(connector)?.timer !== timer) return
    if (found.issues.length > 0) {
      const afterMs = restartDelayMs(retryPolicy, failures + 1)!
      const reason = found.issues.map(({ field, message }) => `${field} ${message}`).join('; ')
      this.#options.failed(connector, reason, afterMs)
      return this.#watch(connector, { settings, values, afterMs, failures: failures + 1 })
    }
    const afterMs = found.ttlMs
    if (afterMs === undefined) this.forget(connector)
    else this.#watch(connector, { settings, values: found.values, afterMs, failures: 0 })
    if (!changed(values, found.values)) return
    this.#options.changed(connector)
    this.#options.restart(connector)
  }
}

function actionOf(settings: Settings): 'restart' | 'none' {
  const { configActionReload } = connectorFields
  return parseConfig({ configActionReload }, settings).config?.configActionReload ?? 'restart'
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): boolean {
  return before.size !== after.size || [...after].some(([text, value]) => before.get(text) !== value)
}
