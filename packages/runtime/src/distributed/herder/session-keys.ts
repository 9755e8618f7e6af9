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
  readonly write: (key: SessionKey) => Promise<void>
  readonly failed: (error: unknown) => void
}

const retryMs = 5000

/** The leader's care that there is a key by which workers know each other's requests, and that it is a new one every `ttlMs` (KIP-507). */
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
    const { current, ttlMs } = this.#options
    const key = current()
    const ageMs = key === undefined ? ttlMs : Date.now() - key.createdAt
    if (ageMs < ttlMs) return this.#lookIn(ttlMs - ageMs)
    void this.#renew()
  }

  async #renew(): Promise<void> {
    const { algorithm, size, write, failed } = this.#options
    const bits = size ?? defaultBits[algorithm] ?? 256
    try {
      await write({ key: randomBytes(Math.ceil(bits / 8)), algorithm, createdAt: Date.now() })
      this.#lookIn(this.#options.ttlMs)
    } catch (error) {
      failed(error)
      this.#lookIn(retryMs)
    }
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#leads) this.#timer = setTimeout(() => this.#look(), Math.min(ms, 2 ** 31 - 1)).unref()
  }
}
