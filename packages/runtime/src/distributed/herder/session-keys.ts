import { randomBytes } from 'node:crypto'
import type { SessionKey } from '../logs/config-records.ts'

/** Bits of a key where none are asked for: as Java's key generators have it. */
const defaultBits: Readonly<Record<string, number>> = {
  HmacSHA1: 512,
  HmacSHA224: 224,
  HmacSHA256: 256,
  HmacSHA384: 384,
  HmacSHA512: 512,
}

export const keyAlgorithms: readonly string[] = Object.keys(defaultBits)

export interface SessionKeysOptions {
  readonly algorithm: string
  /** In bits; undefined: as many as the algorithm likes. */
  readonly size: number | undefined
  readonly ttlMs: number
  readonly current: () => SessionKey | undefined
  /** See ConfigLog: the key is what a leader writes first. */
  readonly claim: (key: (known: SessionKey | undefined) => SessionKey) => Promise<void>
  readonly isClaimed: () => boolean
  readonly failed: (error: unknown) => void
}

const retryMs = 5000

/**
 * The leader's care that it alone writes connector configurations, and that there is a key by which workers know each other's requests, a new one
 * every `ttlMs` (KIP-507).
 */
export class SessionKeys {
  readonly #options: SessionKeysOptions
  #timer: NodeJS.Timeout | undefined
  #leads = false

  constructor(options: SessionKeysOptions) {
    this.#options = options
  }

  /** Told again with every generation. */
  lead(leads: boolean): void {
    clearTimeout(this.#timer)
    this.#leads = leads
    if (leads) this.#look()
  }

  #look(): void {
    const { current, isClaimed } = this.#options
    const leftMs = this.#leftMs(current())
    if (leftMs > 0 && isClaimed()) return this.#lookIn(leftMs)
    void this.#claim()
  }

  async #claim(): Promise<void> {
    try {
      await this.#options.claim((known) => (known && this.#leftMs(known) > 0 ? known : this.#newKey()))
      this.#lookIn(this.#leftMs(this.#options.current()))
    } catch (error) {
      if (!this.#leads) return
      this.#options.failed(error)
      this.#lookIn(retryMs)
    }
  }

  #leftMs(key: SessionKey | undefined): number {
    return key === undefined ? 0 : key.createdAt + this.#options.ttlMs - Date.now()
  }

  #newKey(): SessionKey {
    const { algorithm, size } = this.#options
    const bits = size ?? defaultBits[algorithm] ?? 256
    return { key: randomBytes(Math.ceil(bits / 8)), algorithm, createdAt: Date.now() }
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#leads)
      this.#timer = setTimeout(() => this.#look(), Math.max(1, Math.min(ms, 2 ** 31 - 1))).unref()
  }
}
