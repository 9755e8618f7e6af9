import type { Metrics } from '@sluice/template'

/** Everything that a task which is pushed to counts. */
export function pushFigures(metrics: Metrics) {
  return {
    accepted: metrics.counter('push_requests_total', 'Requests whose metrics are in Kafka.'),
    pushedBack: metrics.counter(
      'push_requests_pushed_back_total',
      'Requests that are to be sent again, because Kafka is behind (429, 503).',
    ),
    refused: metrics.counter(
      'push_requests_refused_total',
      'Requests that can never be taken (400, 401, 404, 405, 413, 415).',
    ),
    samples: metrics.counter('samples_total', 'Samples that were taken.'),
    rejected: metrics.counter(
      'rejected_samples_total',
      'Samples in requests that were taken which could not be read.',
    ),
    unsayable: metrics.counter(
      'unsayable_records_total',
      'Records that metrics.format has no way to write; they were left out.',
    ),
    waiting: metrics.gauge('waiting_samples', 'Samples that wait for Kafka.'),
    badLines: metrics.counter('bad_lines_total', 'Lines of StatsD that could not be read and were skipped.'),
    lostLines: metrics.counter(
      'lost_lines_total',
      'Lines of StatsD that were left out because there are too many series, or Kafka is behind.',
    ),
  }
}

export type PushFigures = ReturnType<typeof pushFigures>
