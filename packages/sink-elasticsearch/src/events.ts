import type { Logger, Metrics } from '@sluice/template'
import { settingReasons } from './setting-classes.ts'

/** Repeated trouble is logged once in so many milliseconds; its end when there was none for so many. */
const quietMs = 30_000
const calmMs = 5_000

/** Everything an operator sees of the sink: its figures and its log lines. Nothing is logged for each record unless a setting asks for it. */
export interface Events {
  bulkAnswered(seconds: number): void
  written(count: number): void
  repeated(): void
  stale(): void
  pushedBack(documents: number, reason: string): void
  unjudged(documents: number, reason: string): void
  unreachable(reason: string, attempt: number): void
  inFlightLimit(limit: number): void
  served(): void
  refused(what: { readonly document: string; readonly reason: string }, loud: boolean): void
  dropped(what: { readonly record: string; readonly reason: string }): void
  flushTimedOut(open: number): void
  settingWithoutEffect(name: string): void
  connected(version: string | undefined): void
}

export function eventsOf(log: Logger, metrics: Metrics, now: () => number = Date.now): Events {
  const written = metrics.counter('documents_indexed_total', 'Documents written or deleted.')
  const retried = metrics.counter(
    'documents_retried_total',
    'Documents sent again because the server pushed back.',
  )
  const repeated = metrics.counter(
    'documents_repeated_total',
    'Documents that were stored already in this very version.',
  )
  const stale = metrics.counter(
    'documents_stale_total',
    'Documents left as they are because a later version is stored.',
  )
  const rejected = metrics.counter(
    'documents_rejected_total',
    'Documents that Elasticsearch or the sink refused.',
  )
  const bulks = metrics.counter('bulk_requests_total', 'Bulk requests that were answered.')
  const seconds = metrics.counter(
    'bulk_seconds_total',
    'Seconds that answered bulk requests took, summed up.',
  )
  const failed = metrics.counter(
    'bulk_failures_total',
    'Bulk requests that found no server or failed as a whole.',
  )
  const inFlight = metrics.gauge('bulk_in_flight_limit', 'How many bulk requests may be in flight now.')
  let lastWarned = -Infinity
  let lastTrouble = -Infinity
  let troubled = false
  const warnSeldom = (fields: object, message: string): void => {
    troubled = true
    lastTrouble = now()
    if (now() - lastWarned < quietMs) return
    lastWarned = now()
    log.warn(fields, message)
  }
  return {
    bulkAnswered: (took) => {
      bulks.add()
      seconds.add(took)
    },
    written: (count) => written.add(count),
    repeated: () => repeated.add(),
    stale: () => stale.add(),
    pushedBack: (documents, reason) => {
      retried.add(documents)
      warnSeldom({ documents, reason }, 'Elasticsearch pushes back; sending fewer requests and trying again.')
    },
    unjudged: (documents, reason) => {
      retried.add(documents)
      warnSeldom(
        { documents, reason },
        'Documents that met another version can’t be judged now; they are sent again.',
      )
    },
    unreachable: (reason, attempt) => {
      failed.add()
      warnSeldom({ reason, attempt }, 'A request to Elasticsearch failed; trying again.')
    },
    inFlightLimit: (limit) => inFlight.set(limit),
    served: () => {
      if (!troubled || now() - lastTrouble < calmMs) return
      troubled = false
      lastWarned = -Infinity
      log.info({}, 'Elasticsearch takes documents again.')
    },
    refused: (what, loud) => {
      rejected.add()
      if (loud) log.warn(what, 'Elasticsearch refused a document, which is left out.')
    },
    dropped: (what) => {
      rejected.add()
      log.warn(what, 'No document can be made of a record, which is dropped.')
    },
    flushTimedOut: (open) =>
      log.warn(
        { open },
        'Documents are still under way after flush.timeout.ms; only what is written is committed.',
      ),
    settingWithoutEffect: (name) => log.warn({ setting: name }, `${name} ${settingReasons.get(name)}.`),
    connected: (version) => log.info({ version }, 'Connected to Elasticsearch.'),
  }
}
