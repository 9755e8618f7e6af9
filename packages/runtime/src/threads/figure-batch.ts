import type { TaskMetricsSink } from '../task/task.ts'
import type { FigureSink, Labels } from '../telemetry/figure-sink.ts'

/** Figures of one group since the batch before. */
export interface GroupBatch {
  readonly added: ReadonlyMap<string, number>
  readonly set: ReadonlyMap<string, number>
  readonly measured: ReadonlyMap<string, readonly number[]>
  readonly timed: ReadonlyMap<string, readonly number[]>
  readonly texts: ReadonlyMap<string, string>
}

/** Figures of a task since the batch before. */
export interface FigureBatch extends GroupBatch {
  readonly custom: ReadonlyMap<string, CustomFigure>
  readonly groups: ReadonlyArray<{
    readonly group: string
    readonly labels: Labels
    readonly batch: GroupBatch
  }>
}

interface CustomFigure {
  readonly kind: 'counter' | 'gauge'
  readonly doc: string
  readonly value: number
}

class GroupBatcher implements FigureSink {
  #batch = emptyBatch()

  add(attribute: string, n: number): void {
    this.#batch.added.set(attribute, (this.#batch.added.get(attribute) ?? 0) + n)
  }

  set(attribute: string, value: number): void {
    this.#batch.set.set(attribute, value)
  }

  measure(attribute: string, value: number): void {
    push(this.#batch.measured, attribute, value)
  }

  time(attribute: string, ms: number): void {
    push(this.#batch.timed, attribute, ms)
  }

  text(attribute: string, value: string): void {
    this.#batch.texts.set(attribute, value)
  }

  takeGroup(): GroupBatch | undefined {
    const batch = this.#batch
    if (Object.values(batch).every((map) => map.size === 0)) return undefined
    this.#batch = emptyBatch()
    return batch
  }
}

/** Gathers a task's figures in its thread, so that they cross threads once a second and not with each batch of records. */
export class FigureBatcher extends GroupBatcher implements TaskMetricsSink {
  #custom = new Map<string, CustomFigure>()
  readonly #groups = new Map<
    string,
    { readonly group: string; readonly labels: Labels; readonly sink: GroupBatcher }
  >()

  of(group: string, labels: Labels): FigureSink {
    const key = JSON.stringify([group, labels])
    const known = this.#groups.get(key) ?? { group, labels, sink: new GroupBatcher() }
    this.#groups.set(key, known)
    return known.sink
  }

  custom(kind: 'counter' | 'gauge', name: string, doc: string): (value: number) => void {
    return (value) => {
      const before = kind === 'counter' ? (this.#custom.get(name)?.value ?? 0) : 0
      this.#custom.set(name, { kind, doc, value: before + value })
    }
  }

  /** What was gathered since the last call; undefined for nothing. */
  take(): FigureBatch | undefined {
    const own = this.takeGroup()
    const custom = this.#custom
    this.#custom = new Map()
    const groups = [...this.#groups.values()].flatMap(({ group, labels, sink }) => {
      const batch = sink.takeGroup()
      return batch ? [{ group, labels, batch }] : []
    })
    if (!own && custom.size === 0 && groups.length === 0) return undefined
    return { ...(own ?? emptyBatch()), custom, groups }
  }
}

/** Adds a batch to the figures that it was gathered for. */
export function applyFigures(batch: FigureBatch, figures: TaskMetricsSink): void {
  applyGroup(batch, figures)
  for (const [name, { kind, doc, value }] of batch.custom) figures.custom(kind, name, doc)(value)
  for (const { group, labels, batch: own } of batch.groups) applyGroup(own, figures.of(group, labels))
}

function applyGroup(batch: GroupBatch, figures: FigureSink): void {
  for (const [attribute, n] of batch.added) figures.add(attribute, n)
  for (const [attribute, value] of batch.set) figures.set(attribute, value)
  for (const [attribute, values] of batch.measured)
    for (const value of values) figures.measure(attribute, value)
  for (const [attribute, times] of batch.timed) for (const ms of times) figures.time(attribute, ms)
  for (const [attribute, value] of batch.texts) figures.text(attribute, value)
}

function emptyBatch() {
  return {
    added: new Map<string, number>(),
    set: new Map<string, number>(),
    measured: new Map<string, number[]>(),
    timed: new Map<string, number[]>(),
    texts: new Map<string, string>(),
  }
}

function push(lists: Map<string, number[]>, attribute: string, value: number): void {
  const list = lists.get(attribute)
  if (list === undefined) lists.set(attribute, [value])
  else list.push(value)
}
