import { fromMs } from '../model/instant.ts'
import type { Instant, Point, Series } from '../model/metric.ts'
import { makeSeries } from '../model/series.ts'
import type { Target } from './target.ts'

/** What a scrape says of itself. */
export interface Outcome {
  readonly up: boolean
  readonly durationMs: number
  readonly samples: number
  /** After label rules; histograms and summaries as one. */
  readonly kept: number
}

/** The series that Prometheus adds to those of a target: `up` and what it took. */
export class Reports {
  readonly #series: readonly { readonly series: Series; readonly of: (outcome: Outcome) => number }[]

  constructor({ labels }: Target, instance: string) {
    const of = (name: string, help: string, value: (outcome: Outcome) => number) => ({
      series: makeSeries({ family: { name, type: 'gauge', help }, name, labels, instance }),
      of: value,
    })
    this.#series = [
      of('up', '1 if the target could be scraped, else 0.', ({ up }) => (up ? 1 : 0)),
      of('scrape_duration_seconds', 'How long the scrape took.', ({ durationMs }) => durationMs / 1000),
      of('scrape_samples_scraped', 'Samples on the page.', ({ samples }) => samples),
      of('scrape_samples_post_metric_relabeling', 'Samples that label rules have left.', ({ kept }) => kept),
    ]
  }

  points(outcome: Outcome, time: Instant = fromMs(Date.now())): Point[] {
    return this.#series.map(({ series, of }) => ({ series, time, value: of(outcome) }))
  }
}
