import { defineSource, type Json } from '@sluice/template'
import { check } from './check.ts'
import { metricsFields } from './config/fields.ts'
import { openHost } from './host/open-host.ts'
import { openScrape } from './scrape/open-scrape.ts'
import { type Slice, splitTargets } from './scrape/split.ts'

/** When an instance was last read, or how many requests were taken. Nothing can be read again: it says how far what is in Kafka goes. */
type MetricsOffset = { readonly scrapedAt: number } | { readonly sequence: number }

/** Metrics of servers and applications into a topic: scraped from their endpoints, pushed, or of the machine itself. */
export const metricsSource = defineSource({
  name: 'metrics',
  aliases: ['metrics-source'],
  version: '0.1.0',
  doc: 'Writes metrics of servers and applications into a topic: scraped from Prometheus and OpenMetrics endpoints, pushed by OpenTelemetry, Prometheus remote write or StatsD, or of the machine itself.',
  config: metricsFields,
  check,
  // one task has one port, and one machine
  split: async (context): Promise<readonly Slice[]> =>
    context.config.metricsInput === 'scrape' ? splitTargets(context) : [null],
  parseOffset,
  async open(context) {
    switch (context.config.metricsInput) {
      case 'scrape':
        return openScrape(context, context.slice?.targets ?? [])
      case 'host':
        return openHost(context)
      case 'push': {
        // what decodes requests is of use to nobody else
        const { openPush } = await import('./push/open-push.ts')
        return openPush(context)
      }
    }
  },
})

function parseOffset(raw: Json): MetricsOffset {
  const fields =
    typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Record<string, Json>) : {}
  const { scrapedAt, sequence } = fields
  if (typeof scrapedAt === 'number' && Number.isSafeInteger(scrapedAt)) return { scrapedAt }
  if (typeof sequence === 'number' && Number.isSafeInteger(sequence)) return { sequence }
  throw new Error('It must be {"scrapedAt": milliseconds since the epoch} or {"sequence": number}.')
}
