import { realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { ConfigurationError } from '@sluice/template'

/** Files of settings are small; whatever is larger was named by mistake. */
const largestBytes = 1024 * 1024

/** The files and folders that a provider may read. Absent: all, as with the JVM's. */
export class AllowedPaths {
  readonly #allowed: readonly string[] | undefined

  constructor(allowed: readonly string[] | undefined) {
    this.#allowed = allowed?.map((path) => resolve(path))
  }

  /**
   * The real path of a file or folder that may be read. Rejects with an Error that says why not, and doesn't tell what exists
   * outside. Links are followed, and have to end inside.
   */
  async real(path: string): Promise<string> {
    const given = resolve(path)
    // looked at before the disk is: what isn't allowed isn't told to exist either
    if (!this.#isWithin(given, this.#allowed)) throw outside(path)
    const real = await realpath(given).catch((cause: unknown) => {
      throw unreadable(path, cause)
    })
    if (!this.#isWithin(real, await this.#realAllowed())) throw outside(path)
    return real
  }

  /** The same for a regular file of at most 1 MiB. */
  async file(path: string): Promise<string> {
    const real = await this.real(path)
    const found = await stat(real)
    if (!found.isFile()) throw new Error(`${path} is no regular file`)
    if (found.size > largestBytes) throw new Error(`${path} is larger than 1 MiB`)
    return real
  }

  async #realAllowed(): Promise<readonly string[] | undefined> {
    if (this.#allowed === undefined) return undefined
    // a link among them allows what it leads to
    return Promise.all(this.#allowed.map((one) => realpath(one).catch(() => one)))
  }

  #isWithin(path: string, allowed: readonly string[] | undefined): boolean {
    return (
      allowed?.some((one) => path === one || path.startsWith(one.endsWith(sep) ? one : one + sep)) ?? true
    )
  }
}

export function unreadable(path: string, cause: unknown): Error {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return new Error(`there is no ${path}`, { cause })
  if (code === 'EACCES') return new Error(`the worker has no right to read ${path}`, { cause })
  return new Error(`${path} can't be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  })
}

function outside(path: string): ConfigurationError {
  return new ConfigurationError(`${path} lies outside of allowed.paths`)
}
