import { type Issue, wait } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { Plugin } from '../plugins/registry.ts'
import { ConfigError } from '../task/config-error.ts'
import type { WorkerEventLog } from '../telemetry/worker-events.ts'
import { hasCheck } from './connector-code.ts'
import { RequestError } from './request-error.ts'
import type { TaskHost } from './task-host.ts'

export interface ChecksOptions {
  readonly host: Pick<TaskHost, 'check'>
  readonly events: Pick<WorkerEventLog, 'checkBroken' | 'checkFailed' | 'checkWaits'>
  readonly checkTimeoutMs: number
  /** Ends those that are under way. */
  readonly closing: AbortSignal
}

/** Connectors' own checks of their settings, each within `connector.check.timeout.ms`. */
export class Checks {
  readonly #options: ChecksOptions

  constructor(options: ChecksOptions) {
    this.#options = options
  }

  /** What the check finds. Rejects with a RequestError where it comes to no result. */
  async run(plugin: Plugin, settings: Settings): Promise<readonly Issue[]> {
    const outcome = await this.#attempt(plugin, settings)
    if ('issues' in outcome) return outcome.issues
    const { closing } = this.#options
    closing.throwIfAborted()
    // Kafka Connect answers 500, too, and begins so where it was the time
    const begin = outcome.timedOut ? 'Request timed out.' : 'There is no result.'
    throw new RequestError(500, `${begin} ${outcome.reason}`, { cause: outcome.cause })
  }

  /**
   * Rejects with a ConfigError that has what the check finds within `patienceMs`. What it finds later goes to the log, and so does a check that
   * comes to no result, and what may pass where that is `waitedFor`: none of it keeps the connector from running.
   */
  async runFor(
    connector: string,
    { plugin, settings }: { readonly plugin: Plugin; readonly settings: Settings },
    { patienceMs, waitedFor }: { readonly patienceMs: number; readonly waitedFor: boolean },
  ): Promise<void> {
    if (!hasCheck(plugin, settings)) return
    const check = this.#attempt(plugin, settings)
    const waiting = new AbortController()
    const patience = wait(patienceMs, waiting.signal).catch(() => undefined)
    const soon = await Promise.race([check, patience])
    waiting.abort()
    if (soon === undefined) return void check.then((late) => this.#tell(connector, late))
    if ('issues' in soon && soon.issues.some(({ mayPass }) => !(mayPass && waitedFor))) {
      throw new ConfigError(soon.issues)
    }
    this.#tell(connector, soon)
  }

  /** Never rejects. */
  async #attempt(plugin: Plugin, settings: Settings): Promise<Outcome> {
    const { host, closing, checkTimeoutMs } = this.#options
    const limit = AbortSignal.timeout(checkTimeoutMs)
    try {
      const signal = AbortSignal.any([limit, closing])
      return { issues: await host.check({ plugin, settings, signal }) }
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      const reason = limit.aborted
        ? `The connector's check gave no answer within ${checkTimeoutMs} ms (connector.check.timeout.ms): does the other side answer?`
        : `The connector's check has failed: ${message}`
      return { reason, timedOut: limit.aborted, cause }
    }
  }

  #tell(connector: string, outcome: Outcome): void {
    const { closing, events } = this.#options
    if (closing.aborted) return
    if ('reason' in outcome) return events.checkBroken(connector, outcome.reason)
    const [passing, lasting] = [true, false].map((may) =>
      outcome.issues.filter(({ mayPass = false }) => mayPass === may),
    )
    for (const { field, message } of passing!) events.checkWaits(connector, `${field} ${message}`)
    if (lasting!.length > 0) events.checkFailed(connector, lasting!)
  }
}

type Outcome =
  | { readonly issues: readonly Issue[] }
  | { readonly reason: string; readonly timedOut: boolean; readonly cause: unknown }
