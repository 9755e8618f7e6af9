import { type Logger, wait } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import { TargetSeries } from '../exposition/target-series.ts'
import { fromMs } from '../model/instant.ts'
import { labelValue, labelsOf } from '../model/labels.ts'
import type { Instant, Point } from '../model/metric.ts'
import type { Outbox } from '../outbox.ts'
import type { RecordMaker } from '../records/record-maker.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import { withDeadline } from './deadline.ts'
import type { ScrapeFigures } from './figures.ts'
import type { HttpGet } from './http-get.ts'
import { Reports } from './reports.ts'
import { requestHeaders } from './request-headers.ts'
import { readPage } from './scrape-page.ts'
import type { Target } from './target.ts'
import { Ticks } from './ticks.ts'

/** When a target was last scraped, in milliseconds since the epoch. */
export type ScrapeOffset = { readonly scrapedAt: number }

export interface ScraperParts {
  readonly config: MetricsConfig
  /** The job of targets that name none. */
  readonly job: string
  readonly http: HttpGet
  readonly rules: ApplyRules
  readonly maker: RecordMaker
  readonly outbox: Outbox<ScrapeOffset>
  readonly figures: ScrapeFigures
  readonly log: Logger
}

const lateMs = 1_000

/** Scrapes one target by the clock. */
export class TargetScraper {
  readonly #parts: ScraperParts
  readonly #url: string
  readonly #partition: { readonly target: string; readonly instance: string }
  readonly #series: TargetSeries
  readonly #reports: Reports
  #state: 'unknown' | 'up' | 'down' = 'unknown'

  constructor(target: Target, parts: ScraperParts) {
    const { config, job, rules } = parts
    const labels = labelValue(target.labels, 'job')
      ? target.labels
      : labelsOf([...target.labels, ['job', job]])
    const instance = labelValue(labels, 'instance')
    this.#parts = parts
    this.#url = target.url
    this.#partition = { target: target.url, instance }
    this.#reports = new Reports({ url: target.url, labels }, instance)
    this.#series = new TargetSeries({
      instance,
      labels,
      rules,
      honorLabels: config.scrapeHonorLabels,
      honorTimestamps: config.scrapeHonorTimestamps,
    })
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { scrapeIntervalMs: interval } = this.#parts.config
    const ticks = new Ticks(this.#url, interval)
    let due = ticks.after(Date.now())
    while (!signal.aborted) {
      await wait(Math.max(0, due - Date.now()), signal).catch(() => {})
      if (signal.aborted) return
      await this.#turn(due, signal)
      const next = ticks.after(Math.max(due, Date.now()))
      // a clock that was set back or forth counts for nothing
      const missed = Math.round((next - due) / interval) - 1
      if (missed > 0 && missed < 1000) this.#parts.figures.missed.add(missed)
      due = next
    }
  }

  async #turn(due: number, signal: AbortSignal): Promise<void> {
    const { config, outbox, figures, log } = this.#parts
    if (outbox.points >= config.scrapeBufferSamples) return figures.held.add()
    const late = Date.now() - due
    if (late > lateMs) figures.late.add()
    try {
      await this.#scrape(signal)
    } catch (error) {
      if (!signal.aborted)
        log.error(
          { err: error, target: this.#url },
          'A scrape failed in a way that is a fault of the connector.',
        )
    }
  }

  async #scrape(signal: AbortSignal): Promise<void> {
    const { figures, config } = this.#parts
    const startedAt = performance.now()
    const scrapedAt = fromMs(Date.now())
    const read = await this.#read(scrapedAt, signal)
    if (signal.aborted) return
    figures.scrapes.add()
    const outcome = {
      up: read.error === undefined,
      durationMs: performance.now() - startedAt,
      samples: read.samples,
      kept: read.points.length - read.ended,
    }
    this.#show(read.error)
    const reports = config.scrapeReport ? this.#reports.points(outcome, scrapedAt) : []
    this.#give([...read.points, ...reports], scrapedAt)
  }

  async #read(scrapedAt: Instant, signal: AbortSignal): Promise<Read> {
    const { config, figures, http } = this.#parts
    const { scrapeTimeoutMs, scrapeIntervalMs, scrapeSampleLimit: sampleLimit } = config
    const ms = Math.min(scrapeTimeoutMs, scrapeIntervalMs)
    const late = (): Error => new Error(`it took longer than ${ms} ms (scrape.timeout.ms)`)
    try {
      const page = await withDeadline({ ms, signal, late }, async (within) => {
        const headers = await requestHeaders(config)
        const answer = await http.get(this.#url, {
          headers,
          mostBytes: config.scrapeBodyLimitBytes,
          signal: within,
        })
        return readPage(answer, { series: this.#series, scrapedAt, sampleLimit })
      })
      figures.samples.add(page.samples)
      if (page.badLines > 0) figures.badLines.add(page.badLines)
      if (page.duplicates > 0) figures.duplicates.add(page.duplicates)
      const ended = page.points.reduce((count, { value }) => count + (value === 'stale' ? 1 : 0), 0)
      return { points: page.points, samples: page.samples, ended }
    } catch (error) {
      if (!signal.aborted) figures.failed.add()
      const points = this.#series.allEnded(scrapedAt)
      return { points, samples: 0, ended: points.length, error }
    }
  }

  #give(points: readonly Point[], { ms }: Instant): void {
    const { maker, outbox, figures } = this.#parts
    outbox.put({
      groups: maker.group(points),
      origin: { partition: this.#partition, offset: { scrapedAt: ms } },
    })
    figures.waiting.set(outbox.points)
  }

  /** Says that a target is down, or up again, once. */
  #show(error: unknown): void {
    const { log } = this.#parts
    const before = this.#state
    this.#state = error === undefined ? 'up' : 'down'
    if (before === this.#state) return
    if (error !== undefined)
      log.warn({ target: this.#url }, `A target can't be scraped: ${(error as Error).message}.`)
    else if (before === 'down') log.info({ target: this.#url }, 'A target can be scraped again.')
  }
}

interface Read {
  readonly points: readonly Point[]
  readonly samples: number
  /** How many of the points say that a series has ended. */
  readonly ended: number
  readonly error?: unknown
}
