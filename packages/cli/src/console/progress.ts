/** Tells how far something has come, on one line of the terminal that is written again and again, or as a line now and then. */
export class Progress {
  readonly #shown: boolean
  readonly #startedAt = performance.now()
  #toldAt = performance.now()
  #records = 0
  #bytes = 0

  /** `shown` undefined: where the standard error is a terminal. */
  constructor(shown: boolean | undefined) {
    this.#shown = shown ?? process.stderr.isTTY
  }

  get records(): number {
    return this.#records
  }

  add(records: number, bytes: number): void {
    this.#records += records
    this.#bytes += bytes
    if (this.#shown && performance.now() - this.#toldAt >= everyMs) this.#tell('\r')
  }

  done(): void {
    if (this.#shown) this.#tell('\n')
  }

  #tell(end: string): void {
    this.#toldAt = performance.now()
    const seconds = Math.max(0.001, (performance.now() - this.#startedAt) / 1000)
    const megabytes = this.#bytes / 1e6
    const text = `${this.#records} records, ${megabytes.toFixed(1)} MB, ${(megabytes / seconds).toFixed(1)} MB/s`
    process.stderr.write(process.stderr.isTTY ? `${text}\u001B[K${end}` : `sluice: ${text}\n`)
  }
}

const everyMs = 500
