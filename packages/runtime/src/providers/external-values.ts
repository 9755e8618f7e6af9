import type { Settings } from '../config/settings.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import { ConfigError } from '../task/config-error.ts'
import type { WorkerEventLog } from '../telemetry/worker-events.ts'
import { openProviders } from './open-providers.ts'
import type { Redactor } from './redactor.ts'
import { Reloads } from './reloads.ts'
import { type Resolution, Resolver, UnresolvedError } from './resolver.ts'

/** Nobody's but the worker's: no connector has this name. */
const worker = ''

export interface ExternalValuesOptions {
  readonly redactor: Redactor
  readonly events: Pick<WorkerEventLog, 'valuesChanged' | 'valuesNotLookedUp'>
  /** Opens what runs of a connector here anew. */
  readonly restart: (connector: string) => void
}

/**
 * Values of settings that are kept elsewhere (`config.providers`), from when they are looked up to when they are forgotten. Whatever was looked
 * up is known to the redactor before anybody gets it.
 */
export class ExternalValues {
  readonly redactor: Redactor
  readonly #resolver: Resolver
  readonly #reloads: Reloads

  constructor(resolver: Resolver, { redactor, events, restart }: ExternalValuesOptions) {
    this.redactor = redactor
    this.#resolver = resolver
    this.#reloads = new Reloads({
      resolver: { lookUp: (connector, settings) => this.lookUp(connector, settings) },
      restart,
      changed: (connector) => events.valuesChanged(connector),
      failed: (connector, reason, retryMs) => events.valuesNotLookedUp(connector, reason, retryMs),
    })
  }

  /** Is this text nothing but references to providers that there are? */
  isReference(text: string): boolean {
    return this.#resolver.isReference(text)
  }

  /** To read a connector's settings. Never rejects: what can't be looked up is an issue. */
  async lookUp(connector: string, settings: Settings): Promise<Resolution> {
    const found = await this.#resolver.lookUp(settings)
    this.redactor.add(connector, found.values.values())
    return found
  }

  /** To look at them. Rejects with an UnresolvedError. */
  async lookAt(connector: string, settings: Settings): Promise<Settings> {
    return complete(await this.lookUp(connector, settings)).settings
  }

  /** To run with them, until a value's time is over. Rejects with an UnresolvedError. */
  async resolve(connector: string, settings: Settings): Promise<Settings> {
    const found = complete(await this.lookUp(connector, settings))
    this.#reloads.note(connector, settings, found)
    return found.settings
  }

  /** Nothing of the connector runs here now. */
  idle(connector: string): void {
    this.#reloads.forget(connector)
  }

  /** The connector is gone. */
  forget(connector: string): void {
    this.#reloads.forget(connector)
    this.redactor.forget(connector)
  }

  async close(): Promise<void> {
    this.#reloads.close()
    await this.#resolver.close()
  }
}

function complete(found: Resolution): Resolution {
  if (found.issues.length > 0) throw new UnresolvedError(found.issues)
  return found
}

export interface OpenedValues {
  readonly resolver: Resolver
  /** The worker's, with values in place. */
  readonly settings: Settings
  /** What was put in place of references. */
  readonly secrets: readonly string[]
  readonly warnings: readonly string[]
}

/** Opens the worker's providers and looks up what its own settings refer to, once. Rejects with a ConfigError. */
export async function openValues(
  settings: Settings,
  how: { readonly registry: Pick<PluginRegistry, 'get'>; readonly redactor: Redactor },
): Promise<OpenedValues> {
  const { providers, warnings } = await openProviders(settings, how.registry)
  const resolver = new Resolver(providers)
  const found = await resolver.lookUp(settings)
  const secrets = [...found.values.values()]
  how.redactor.add(worker, secrets)
  if (found.issues.length === 0) return { resolver, settings: found.settings, secrets, warnings }
  await resolver.close()
  throw new ConfigError(found.issues)
}
