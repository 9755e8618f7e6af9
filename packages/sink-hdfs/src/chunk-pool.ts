export const chunkBytes = 64 * 1024

/** Spare chunks of memory that are used again: the collector would see to them too late, for they aren't on its heap. */
export class ChunkPool {
  readonly #spare: Buffer[] = []
  readonly #most: number

  constructor({ most }: { readonly most: number }) {
    this.#most = most
  }

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)
  }

  /** Nobody may use the chunks after this. */
  give(chunks: readonly Buffer[]): void {
    this.#spare.push(...chunks.slice(0, Math.max(0, this.#most - this.#spare.length)))
  }
}
