import type { Progress, Step } from '@sluice/msk'
import type { Terminal } from './terminal.ts'

const width = 20

/** One line that is written anew on a screen; elsewhere a line for each news. */
export class ProgressLine {
  readonly #terminal: Terminal
  #last = ''
  #isOpen = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  step({ doing }: Step, index: number, count: number): void {
    this.end()
    this.#terminal.err(count === 1 ? `${doing} ...\n` : `${index + 1} of ${count}: ${doing} ...\n`)
  }

  show(progress: Progress): void {
    const { isScreen } = this.#terminal
    const text = progressText(progress)
    if (isScreen) {
      this.#terminal.err(`\r\u001b[2K${barOf(progress)} ${text} ${timeText(progress.elapsedMs)}`)
      this.#isOpen = true
    } else if (text !== this.#last) {
      this.#terminal.err(`${timeText(progress.elapsedMs)} ${text}\n`)
    }
    this.#last = text
  }

  /** Leaves the line as it stands. */
  end(): void {
    if (this.#isOpen) this.#terminal.err('\n')
    this.#isOpen = false
  }
}

/** `shop UPDATING: UPDATE_BROKER_COUNT, step 2 of 3, UPDATE_BROKERS`. */
export function progressText({ of, state, operation, steps }: Progress): string {
  const at = steps.findIndex(({ status }) => status !== 'COMPLETED')
  const step = at < 0 ? '' : `, step ${at + 1} of ${steps.length}, ${steps[at]!.name}`
  return operation === undefined ? `${of} ${state}` : `${of} ${state}: ${operation}${step}`
}

/** Done steps where AWS tells of steps; else what is usual: half an hour, never quite full. */
export function barOf({ state, steps, elapsedMs }: Progress): string {
  const done = steps.filter(({ status }) => status === 'COMPLETED').length
  const part =
    state === 'ACTIVE' ? 1 : steps.length > 0 ? done / steps.length : Math.min(0.95, elapsedMs / 1_800_000)
  const full = Math.round(part * width)
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`
}

export function timeText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
