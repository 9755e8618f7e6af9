import type { TaskMetricsSink } from '../task/task.ts'
import type { FigureSink } from '../telemetry/figure-sink.ts'
import type { Redactor } from './redactor.ts'

/** Figures whose descriptions and texts, which connectors and settings give, are masked. */
export function redactingFigures(figures: TaskMetricsSink, redactor: Redactor): TaskMetricsSink {
  return {
    ...redactingSink(figures, redactor),
    of: (group, labels) => redactingSink(figures.of(group, labels), redactor),
    custom: (kind, name, doc) => figures.custom(kind, name, redactor.text(doc)),
  }
}

function redactingSink(figures: FigureSink, redactor: Redactor): FigureSink {
  return {
    add: (attribute, n) => figures.add(attribute, n),
    set: (attribute, value) => figures.set(attribute, value),
    measure: (attribute, value) => figures.measure(attribute, value),
    time: (attribute, ms) => figures.time(attribute, ms),
    text: (attribute, value) => figures.text(attribute, redactor.text(value)),
  }
}
