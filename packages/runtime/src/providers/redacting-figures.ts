import type { TaskMetricsSink } from '../task/task.ts'
import type { Redactor } from './redactor.ts'

/** Figures whose descriptions, which connectors write, are masked. */
export function redactingFigures(figures: TaskMetricsSink, redactor: Redactor): TaskMetricsSink {
  return {
    add: (attribute, n) => figures.add(attribute, n),
    set: (attribute, value) => figures.set(attribute, value),
    time: (attribute, ms) => figures.time(attribute, ms),
    custom: (kind, name, doc) => figures.custom(kind, name, redactor.text(doc)),
  }
}
