/** Two samples of half a minute each, as the JVM's metrics.sample.window.ms and metrics.num.samples have it. */
const sampleMs = 30_000

class Samples<S> {
  #current: S
  #previous: S | undefined
  #startedAt = Date.now()
  readonly #make: () => S

  constructor(make: () => S) {
    this.#make = make
    this.#current = make()
  }

  get current(): S {
    this.#roll()
    return this.#current
  }

  both(): { readonly samples: readonly S[]; readonly spanMs: number } {
    this.#roll()
    const inCurrent = Math.max(1, Date.now() - this.#startedAt)
    if (this.#previous === undefined) return { samples: [this.#current], spanMs: inCurrent }
    return { samples: [this.#previous, this.#current], spanMs: sampleMs + inCurrent }
  }

  #roll(): void {
    const age = Date.now() - this.#startedAt
    if (age < sampleMs) return
    this.#previous = age < 2 * sampleMs ? this.#current : this.#make()
    this.#current = this.#make()
    this.#startedAt = Date.now() - (age % sampleMs)
  }
}

/** Events per second in the last minute. */
export class Rate {
  readonly #samples = new Samples(() => ({ sum: 0 }))

  add(n: number): void {
    this.#samples.current.sum += n
  }

  perSecond(): number {
    const { samples, spanMs } = this.#samples.both()
    // at least one whole sample, so that the first second of a task is no spike
    return (samples.reduce((sum, sample) => sum + sample.sum, 0) / Math.max(spanMs, sampleMs)) * 1000
  }
}

/** Least, most and average of the last minute; 0 where there was nothing. */
export class Spread {
  readonly #samples = new Samples(() => ({ count: 0, sum: 0, max: 0, min: Number.POSITIVE_INFINITY }))

  add(value: number): void {
    const sample = this.#samples.current
    sample.count++
    sample.sum += value
    sample.max = Math.max(sample.max, value)
    sample.min = Math.min(sample.min, value)
  }

  max(): number {
    return Math.max(...this.#samples.both().samples.map((sample) => sample.max))
  }

  min(): number {
    const least = Math.min(...this.#samples.both().samples.map((sample) => sample.min))
    return Number.isFinite(least) ? least : 0
  }

  average(): number {
    const { samples } = this.#samples.both()
    const count = samples.reduce((sum, sample) => sum + sample.count, 0)
    return count === 0 ? 0 : samples.reduce((sum, sample) => sum + sample.sum, 0) / count
  }
}
