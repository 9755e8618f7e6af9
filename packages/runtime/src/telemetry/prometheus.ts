import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type Observed, type Sample, samplesOf } from './samples.ts'

/** The text that Prometheus scrapes: a worker's figures, and Node's own. */
export function metricsText(
  observed: Observed,
): () => Promise<{ readonly contentType: string; readonly text: string }> {
  const node = new Registry()
  collectDefaultMetrics({ register: node })
  return async () => {
    const worker = new Registry()
    write(worker, samplesOf(observed))
    return { contentType: node.contentType, text: `${await worker.metrics()}\n${await node.metrics()}` }
  }
}

/**
 * Adds a worker's figures to a program's own registry; they are read when it is scraped. A figure appears with the scrape after the one at
 * which it was first seen. Call the result to take them out again.
 */
export function registerWorker(registry: Registry, observed: Observed): () => void {
  const ours = new Set<string>()
  const up = 'sluice_worker_up'
  registry.registerMetric(
    new Gauge({
      name: up,
      help: 'The worker runs.',
      registers: [],
      collect() {
        for (const name of ours) registry.getSingleMetric(name)?.reset()
        for (const name of write(registry, samplesOf(observed))) ours.add(name)
        this.set(1)
      },
    }),
  )
  return () => {
    for (const name of [...ours, up]) registry.removeSingleMetric(name)
  }
}

/** Into metrics that are fresh or reset. A name keeps the kind with which it was first seen. */
function write(registry: Registry, samples: Iterable<Sample>): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { name, doc, kind, labels, moreLabels = [], value } of samples) {
    names.add(name)
    const Kind = kind === 'counter' ? Counter : Gauge
    const metric =
      registry.getSingleMetric(name) ??
      new Kind({
        name,
        help: doc,
        labelNames: [...new Set([...Object.keys(labels), ...moreLabels])],
        registers: [registry],
      })
    if (metric instanceof Counter) metric.inc(labels, value)
    else if (metric instanceof Gauge) metric.set(labels, value)
  }
  return names
}
