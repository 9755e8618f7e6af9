export const chunkBytes = 64 * 1024

/**
 * The memory of a task's unfinished files, in chunks that are used again: the collector would see to them too late, for they aren't on
 * its heap.
 */
export class ChunkPool {
  readonly #spare: Buffer[] = []
  readonly #limitBytes: number
  #taken = 0

  constructor({ limitBytes }: { readonly limitBytes: number }) {
    this.#limitBytes = limitBytes
  }

  /** Is as much taken as may be kept? Whoever can should give some back; nobody is refused a chunk. */
  get isFull(): boolean {
    return this.#taken * chunkBytes >= this.#limitBytes
  }

  take(): Buffer {
    this.#taken++
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)
  }

  /** Nobody may use the chunks after this. */
  give(chunks: readonly Buffer[]): void {
    this.#taken -= chunks.length
    for (const chunk of chunks) {
      if ((this.#taken + this.#spare.length) * chunkBytes >= this.#limitBytes) return
      this.#spare.push(chunk)
    }
  }
}
