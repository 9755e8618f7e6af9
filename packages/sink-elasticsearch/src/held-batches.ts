import type { SinkBatch } from '@sluice/template'

/** How many records are kept in memory by the batches of those that are still needed. */
export class HeldBatches {
  readonly #needed = new Map<SinkBatch, number>()
  #records = 0

  get records(): number {
    return this.#records
  }

  /** One more record of the batch is needed. */
  add(batch: SinkBatch): void {
    const needed = this.#needed.get(batch) ?? 0
    if (needed === 0) this.#records += batch.length
    this.#needed.set(batch, needed + 1)
  }

  /** One less is. */
  release(batch: SinkBatch): void {
    const needed = this.#needed.get(batch) ?? 0
    if (needed > 1) this.#needed.set(batch, needed - 1)
    else if (this.#needed.delete(batch)) this.#records -= batch.length
  }
}
