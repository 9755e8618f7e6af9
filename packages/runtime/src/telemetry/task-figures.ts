import type { TaskMetricsSink } from '../task/task.ts'
import type { FigureSink, Labels } from './figure-sink.ts'
import { Figures } from './figures.ts'
import { StateShares } from './state-shares.ts'

/** One measured value of a connector's own, as a metrics endpoint shows it. */
export interface Figure {
  readonly name: string
  readonly doc: string
  readonly kind: 'counter' | 'gauge'
  value: number
}

/** Figures of another group than the task's own, with labels beside the task's. */
export interface GroupFigures {
  readonly group: string
  readonly labels: Labels
  readonly figures: Figures
}

/** The figures of one task: its own and those of its clients and transforms. Totals only grow while the task exists, restarts included. */
export class TaskFigures extends Figures implements TaskMetricsSink {
  readonly states = new StateShares()
  readonly #groups = new Map<string, GroupFigures>()
  readonly #custom = new Map<string, Figure>()

  of(group: string, labels: Labels): FigureSink {
    const key = JSON.stringify([group, labels])
    const known = this.#groups.get(key) ?? { group, labels, figures: new Figures() }
    this.#groups.set(key, known)
    return known.figures
  }

  custom(kind: 'counter' | 'gauge', name: string, doc: string): (value: number) => void {
    const figure = this.#custom.get(name) ?? { name, doc, kind, value: 0 }
    this.#custom.set(name, figure)
    if (kind === 'gauge') return (value) => void (figure.value = value)
    return (value) => {
      if (value >= 0 && value < Infinity) figure.value += value
    }
  }

  override attributes(): ReadonlyMap<string, number> {
    const shares = [
      ['running-ratio', this.states.share('RUNNING')],
      ['pause-ratio', this.states.share('PAUSED')],
    ] as const
    return new Map([...super.attributes(), ...shares])
  }

  customs(): Iterable<Readonly<Figure>> {
    return this.#custom.values()
  }

  groups(): Iterable<GroupFigures> {
    return this.#groups.values()
  }
}
