import type { FigureSink } from './figure-sink.ts'
import { Rate, Spread } from './recent.ts'

/**
 * Figures of one group. Totals only grow. Counting is a map look-up and an addition: it runs per batch, never per record.
 */
export class Figures implements FigureSink {
  readonly #values = new Map<string, number>()
  readonly #spreads = new Map<string, Spread>()
  readonly #rates = new Map<string, Rate>()
  readonly #texts = new Map<string, string>()

  add(attribute: string, n: number): void {
    this.#values.set(attribute, (this.#values.get(attribute) ?? 0) + n)
    if (attribute.endsWith('-total')) this.#rateOf(attribute).add(n)
  }

  set(attribute: string, value: number): void {
    if (Number.isNaN(value)) this.#values.delete(attribute)
    else this.#values.set(attribute, value)
  }

  measure(attribute: string, value: number): void {
    const spread = this.#spreads.get(attribute) ?? new Spread()
    this.#spreads.set(attribute, spread)
    spread.add(value)
  }

  time(attribute: string, ms: number): void {
    this.measure(`${attribute}-*-time-ms`, ms)
  }

  text(attribute: string, value: string): void {
    this.#texts.set(attribute, value)
  }

  /** Attributes by Kafka's names; rates, maxima and averages are of the last minute. */
  attributes(): ReadonlyMap<string, number> {
    const all = new Map(this.#values)
    for (const [total, rate] of this.#rates) all.set(total.replace(/-total$/, '-rate'), rate.perSecond())
    for (const [name, spread] of this.#spreads) {
      const named = (part: string): string =>
        name.includes('*') ? name.replace('*', part) : `${name}-${part}`
      all.set(named('max'), spread.max())
      all.set(named('avg'), spread.average())
      all.set(named('min'), spread.min())
    }
    return all
  }

  texts(): ReadonlyMap<string, string> {
    return this.#texts
  }

  #rateOf(attribute: string): Rate {
    const rate = this.#rates.get(attribute) ?? new Rate()
    this.#rates.set(attribute, rate)
    return rate
  }
}
