import type { Metrics } from '@sluice/template'

/** Everything that a scraping task counts. */
export function scrapeFigures(metrics: Metrics) {
  return {
    scrapes: metrics.counter('scrapes_total', 'Scrapes of targets.'),
    failed: metrics.counter('scrapes_failed_total', 'Scrapes that gave no page of metrics.'),
    late: metrics.counter('scrapes_late_total', 'Scrapes that began more than a second after their time.'),
    missed: metrics.counter(
      'scrapes_missed_total',
      'Scrapes that were left out because the one before took too long.',
    ),
    held: metrics.counter(
      'scrapes_held_total',
      'Scrapes that were left out because Kafka is behind (scrape.buffer.samples).',
    ),
    samples: metrics.counter('samples_total', 'Samples on the pages of targets, before label rules.'),
    badLines: metrics.counter('bad_lines_total', 'Lines of pages that could not be read and were skipped.'),
    duplicates: metrics.counter(
      'duplicate_samples_total',
      'Samples whose series the page had before; they were skipped.',
    ),
    unsayable: metrics.counter(
      'unsayable_records_total',
      'Records that metrics.format has no way to write; they were left out.',
    ),
    waiting: metrics.gauge('waiting_samples', 'Samples that wait for Kafka.'),
  }
}

export type ScrapeFigures = ReturnType<typeof scrapeFigures>
