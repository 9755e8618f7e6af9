import type { TaskMetricsSink } from '../task/task.ts'

/** One measured value, as a metrics endpoint shows it. */
export interface Figure {
  readonly name: string
  readonly doc: string
  readonly kind: 'counter' | 'gauge'
  value: number
}

/**
 * The figures of one task. Totals only grow while the task exists, restarts included. Counting is a map look-up and an addition: it runs
 * per batch, never per record.
 */
export class TaskFigures implements TaskMetricsSink {
  readonly #values = new Map<string, number>()
  readonly #times = new Map<string, Spread>()
  readonly #rates = new Map<string, Rate>()
  readonly #custom = new Map<string, Figure>()

  add(attribute: string, n: number): void {
    this.#values.set(attribute, (this.#values.get(attribute) ?? 0) + n)
    if (attribute.endsWith('-total')) this.#rateOf(attribute).add(n)
  }

  set(attribute: string, value: number): void {
    this.#values.set(attribute, value)
  }

  time(attribute: string, ms: number): void {
    const spread = this.#times.get(attribute) ?? new Spread()
    this.#times.set(attribute, spread)
    spread.add(ms)
  }

  custom(kind: 'counter' | 'gauge', name: string, doc: string): (value: number) => void {
    const figure = this.#custom.get(name) ?? { name, doc, kind, value: 0 }
    this.#custom.set(name, figure)
    if (kind === 'gauge') return (value) => void (figure.value = value)
    return (value) => {
      if (value >= 0 && value < Infinity) figure.value += value
    }
  }

  /** Attributes by Kafka Connect's names; rates, maxima and averages are of the last minute. */
  attributes(): ReadonlyMap<string, number> {
    const all = new Map(this.#values)
    for (const [total, rate] of this.#rates) all.set(total.replace(/-total$/, '-rate'), rate.perSecond())
    for (const [name, spread] of this.#times) {
      all.set(`${name}-max-time-ms`, spread.max())
      all.set(`${name}-avg-time-ms`, spread.average())
    }
    return all
  }

  customs(): Iterable<Readonly<Figure>> {
    return this.#custom.values()
  }

  #rateOf(attribute: string): Rate {
    const rate = this.#rates.get(attribute) ?? new Rate()
    this.#rates.set(attribute, rate)
    return rate
  }
}

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

class Rate {
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

class Spread {
  readonly #samples = new Samples(() => ({ count: 0, sum: 0, max: 0 }))

  add(value: number): void {
    const sample = this.#samples.current
    sample.count++
    sample.sum += value
    sample.max = Math.max(sample.max, value)
  }

  max(): number {
    return Math.max(...this.#samples.both().samples.map((sample) => sample.max))
  }

  average(): number {
    const { samples } = this.#samples.both()
    const count = samples.reduce((sum, sample) => sum + sample.count, 0)
    return count === 0 ? 0 : samples.reduce((sum, sample) => sum + sample.sum, 0) / count
  }
}
