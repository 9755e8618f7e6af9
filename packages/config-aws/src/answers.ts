import { type ConfigProvider, ConfigurationError } from '@sluice/template'
import { type Address, addressOf } from './address.ts'

export interface Asking {
  /** How many parts of an ARN, cut at colons, come before a field. */
  readonly arnParts: number
  readonly allowlistPattern: string | undefined
  readonly ttlMs: number
  /** Values by the addresses' keys; what isn't there is left out. */
  readonly look: (addresses: readonly Address[], signal: AbortSignal) => Promise<ReadonlyMap<string, string>>
  readonly close: () => void
}

/** A provider that reads references, holds them against the allow-list and says when to ask again. */
export function awsProvider({ arnParts, allowlistPattern, ttlMs, look, close }: Asking): ConfigProvider {
  const allowed = allowlistPattern === undefined ? undefined : new RegExp(`^(?:${allowlistPattern})$`, 'u')
  return {
    async get(path, keys, { signal }) {
      const addresses = keys.map((key) => addressOf(path, key, arnParts))
      const refused = addresses.find(({ name }) => allowed?.test(name) === false)
      if (refused !== undefined)
        throw new ConfigurationError(`allowlist.pattern doesn't allow ${refused.name}`)
      const values = await look(addresses, signal)
      const ttls = addresses.map((one) => one.ttlMs ?? ttlMs).filter((ms) => ms > 0)
      return { values, ...(ttls.length > 0 && { ttlMs: Math.min(...ttls) }) }
    },
    close: async () => close(),
  }
}

/** What AWS says, with what to do; never what it was asked for. */
export function failureOf(what: string, right: string, error: unknown): Error {
  const name = error instanceof Error ? error.name : 'Error'
  const message = error instanceof Error ? error.message : String(error)
  if (name === 'AccessDeniedException') {
    return new Error(
      `AWS refuses ${what}: the worker's role needs ${right} (and kms:Decrypt for a key of its own)`,
      {
        cause: error,
      },
    )
  }
  if (name === 'CredentialsProviderError') {
    return new Error(`the worker has no AWS credentials: ${message}`, { cause: error })
  }
  return new Error(`AWS did not give ${what}: ${name}: ${message}`, { cause: error })
}
