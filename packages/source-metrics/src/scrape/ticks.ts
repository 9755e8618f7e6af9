import { hashOf } from './divide.ts'

/** When a target is due: its place within the interval is its own, and the same after a restart, so that targets are spread and scrapes stay evenly apart. */
export class Ticks {
  readonly #intervalMs: number
  readonly #placeMs: number

  constructor(url: string, intervalMs: number) {
    this.#intervalMs = intervalMs
    this.#placeMs = hashOf(url) % intervalMs
  }

  /** The first one after a time, in milliseconds since the epoch. */
  after(ms: number): number {
    const rounds = Math.floor((ms - this.#placeMs) / this.#intervalMs) + 1
    return rounds * this.#intervalMs + this.#placeMs
  }
}
