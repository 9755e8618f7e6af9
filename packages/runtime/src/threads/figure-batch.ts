import type { TaskMetricsSink } from '../task/task.ts'

/** Figures of a task since the batch before. */
export interface FigureBatch {
  readonly added: ReadonlyMap<string, number>
  readonly set: ReadonlyMap<string, number>
  readonly times: ReadonlyMap<string, readonly number[]>
  readonly custom: ReadonlyMap<string, CustomFigure>
}

interface CustomFigure {
  readonly kind: 'counter' | 'gauge'
  readonly doc: string
  readonly value: number
}

/** Gathers a task's figures in its thread, so that they cross threads once a second and not with each batch of records. */
export class FigureBatcher implements TaskMetricsSink {
  #added = new Map<string, number>()
  #set = new Map<string, number>()
  #times = new Map<string, number[]>()
  #custom = new Map<string, CustomFigure>()

  add(attribute: string, n: number): void {
    this.#added.set(attribute, (this.#added.get(attribute) ?? 0) + n)
  }

  set(attribute: string, value: number): void {
    this.#set.set(attribute, value)
  }

  time(attribute: string, ms: number): void {
    const times = this.#times.get(attribute)
    if (times === undefined) this.#times.set(attribute, [ms])
    else times.push(ms)
  }

  custom(kind: 'counter' | 'gauge', name: string, doc: string): (value: number) => void {
    return (value) => {
      const before = kind === 'counter' ? (this.#custom.get(name)?.value ?? 0) : 0
      this.#custom.set(name, { kind, doc, value: before + value })
    }
  }

  /** What was gathered since the last call; undefined for nothing. */
  take(): FigureBatch | undefined {
    const batch = { added: this.#added, set: this.#set, times: this.#times, custom: this.#custom }
    if (Object.values(batch).every((map) => map.size === 0)) return undefined
    this.#added = new Map()
    this.#set = new Map()
    this.#times = new Map()
    this.#custom = new Map()
    return batch
  }
}

/** Adds a batch to the figures that it was gathered for. */
export function applyFigures(batch: FigureBatch, figures: TaskMetricsSink): void {
  for (const [attribute, n] of batch.added) figures.add(attribute, n)
  for (const [attribute, value] of batch.set) figures.set(attribute, value)
  for (const [attribute, times] of batch.times) for (const ms of times) figures.time(attribute, ms)
  for (const [name, { kind, doc, value }] of batch.custom) figures.custom(kind, name, doc)(value)
}
