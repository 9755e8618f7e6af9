import { LineSplitter } from '../exposition/line-splitter.ts'
import type { Page, TargetSeries } from '../exposition/target-series.ts'
import type { Instant } from '../model/metric.ts'
import type { Answer } from './http-get.ts'

const longestLine = 64 * 1024

/**
 * Reads a page as it comes. Rejects where it has no end, or more samples than allowed (0: no limit): then nothing of it counts. A page that can't be one of metrics fails too,
 * for an error page with status 200 is no empty target.
 */
export async function readPage(answer: Answer, how: Reading): Promise<Page> {
  try {
    return await pageOf(answer, how)
  } finally {
    answer.end()
  }
}

interface Reading {
  readonly series: TargetSeries
  readonly scrapedAt: Instant
  readonly sampleLimit: number
}

async function pageOf(answer: Answer, how: Reading): Promise<Page> {
  const { series, scrapedAt, sampleLimit } = how
  const type = answer.contentType.toLowerCase()
  if (type.startsWith('text/html')) throw new Error('it answered with HTML, which is no page of metrics')
  const page = series.begin(scrapedAt, { inSeconds: type.startsWith('application/openmetrics-text') })
  const lines = new LineSplitter({
    longest: longestLine,
    onLine: (line) => series.line(line),
    onSkipped: () => page.badLines++,
  })
  for await (const chunk of answer.body) {
    lines.push(chunk)
    if (sampleLimit > 0 && page.samples > sampleLimit)
      throw new Error(`its page has more than ${sampleLimit} samples (scrape.sample.limit)`)
  }
  lines.end()
  if (sampleLimit > 0 && page.samples > sampleLimit)
    throw new Error(`its page has more than ${sampleLimit} samples (scrape.sample.limit)`)
  if (page.samples === 0 && page.badLines > 0)
    throw new Error('its page has lines, and none of them is a sample: it is no page of metrics')
  return series.end()
}
