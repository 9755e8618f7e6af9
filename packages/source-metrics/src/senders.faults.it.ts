import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { createWorker, type Worker } from '@sluice/runtime'
import { elasticsearchSink } from '@sluice/sink-elasticsearch'
import {
  freePorts,
  ownFolder,
  prometheusUnavailable,
  sharedServices,
  startPrometheus,
} from '@sluice/testkit/services'
import { readTopic } from '../../../tests/faults/readings.ts'
import { metricsSource } from './metrics-source.ts'
import { countingTarget } from './testing/counting-target.ts'
import { type NativeMetric, prometheusSamples, recordSamples } from './testing/prometheus-samples.ts'

const unavailable = prometheusUnavailable()

describe('metrics on their way through Kafka', () => {
  const id = randomUUID().slice(0, 8)
  const topic = `metrics-${id}`
  let bootstrapServers: string
  let elasticsearch: { readonly url: string }
  let worker: Worker
  let push: string
  let target: Awaited<ReturnType<typeof countingTarget>>

  beforeAll(async () => {
    const [kafka, index] = await Promise.all([sharedServices().kafka(), sharedServices().elasticsearch()])
    bootstrapServers = kafka.bootstrapServers
    elasticsearch = index
    const [port] = await freePorts(1)
    push = `http://127.0.0.1:${port}`
    target = await countingTarget()
    await ask('PUT', `/_index_template/${topic}`, {
      index_patterns: [`metrics-${id}-*`],
      data_stream: {},
      priority: 1000,
      // a first value without a fraction would make the field an integer
      template: {
        mappings: {
          properties: {
            metric: {
              properties: {
                counter: { properties: { value: { type: 'double' } } },
                gauge: { properties: { value: { type: 'double' } } },
              },
            },
          },
        },
      },
    })
    worker = createWorker({
      kafka: bootstrapServers,
      plugins: [metricsSource, elasticsearchSink],
      settings: {
        'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
        'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
        'value.converter.schemas.enable': 'false',
      },
    })
    await worker.start()
    const created = {
      'topic.creation.default.partitions': '2',
      'topic.creation.default.replication.factor': '1',
    }
    await worker.connectors.put('push', 'metrics', {
      ...created,
      topic,
      'metrics.input': 'push',
      'push.listen': `127.0.0.1:${port}`,
      'push.timeout.ms': '60000',
    })
    await until(async () => (await fetch(push).catch(() => undefined)) !== undefined)
  }, 300_000)

  afterAll(async () => {
    await worker?.stop()
    await target?.close()
  })

  function ask(method: string, path: string, body?: object): Promise<Response> {
    return fetch(elasticsearch.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  async function until(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 90_000
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error('It did not come about within 90 s.')
      await sleep(200)
    }
  }

  const written = async (): Promise<readonly NativeMetric[]> =>
    (await readTopic(bootstrapServers, topic)).map(
      ({ value }) => (JSON.parse(value!) as { metric: NativeMetric }).metric,
    )

  it.each([
    ['protobuf', ProtobufExporter],
    ['JSON', JsonExporter],
  ])(
    'come from the SDK of OpenTelemetry, in %s',
    async (form, Exporter) => {
      const exporter = new Exporter({ url: `${push}/v1/metrics`, timeoutMillis: 60_000 })
      const reader = new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: 600_000,
        exportTimeoutMillis: 60_000,
      })
      const provider = new MeterProvider({ readers: [reader] })
      const meter = provider.getMeter('shop')
      meter.createCounter(`orders.${form}`).add(5, { kind: 'b2b', size: 3 })
      const histogram = meter.createHistogram(`took.${form}`, {
        advice: { explicitBucketBoundaries: [1, 10] },
      })
      for (const value of [0.5, 5, 50, 500]) histogram.record(value)
      await provider.forceFlush()
      const found = await written()
      await provider.shutdown()
      expect(found.find(({ name }) => name === `orders.${form}`)).toMatchObject({
        kind: 'absolute',
        tags: { kind: 'b2b', size: '3', 'scope.name': 'shop' },
        counter: { value: 5 },
      })
      expect(found.find(({ name }) => name === `took.${form}`)).toMatchObject({
        aggregated_histogram: {
          count: 4,
          sum: 555.5,
          buckets: [
            { upper_limit: 1, count: 1 },
            { upper_limit: 10, count: 1 },
          ],
        },
      })
    },
    120_000,
  )

  const possible = unavailable === undefined ? it : it.skip
  possible(
    `come from Prometheus' remote write, each sample once (${unavailable ?? 'Debian'})`,
    async () => {
      const prometheus = await startPrometheus({
        dir: ownFolder('prometheus'),
        config: `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs: [{ job_name: written, static_configs: [{ targets: ['${target.address}'] }] }]
remote_write: [{ url: '${push}/api/v1/write', queue_config: { batch_send_deadline: 200ms } }]
`,
      })
      try {
        const sampled = () => prometheusSamples(prometheus.url, 'pages_total{job="written"}')
        await until(async () => (await sampled()).length >= 4)
        const expected = (await sampled()).slice(0, 4)
        const got = async () =>
          recordSamples(await readTopic(bootstrapServers, topic), 'pages_total', 'written').slice(0, 4)
        await until(async () => (await got()).length === 4)
        expect(await got()).toEqual(expected)
      } finally {
        await prometheus.stop()
      }
    },
    180_000,
  )

  it('are scraped, and all of them arrive in a data stream of Elasticsearch', async () => {
    await worker.connectors.put('scrape', 'metrics', {
      topic,
      'metrics.input': 'scrape',
      'scrape.targets': target.address,
      'scrape.interval.ms': '500',
    })
    await worker.connectors.put('sink', 'elasticsearch', {
      topics: topic,
      'connection.url': elasticsearch.url,
      'data.stream.type': 'metrics',
      'data.stream.dataset': id,
      'consumer.override.metadata.max.age.ms': '500',
    })
    const scraped = (all: readonly NativeMetric[]) => all.filter(({ tags }) => tags['job'] === 'scrape')
    await until(async () => scraped(await written()).filter(({ name }) => name === 'pages_total').length >= 3)
    await worker.connectors.delete('scrape')
    const all = await written()
    const whole = scraped(all).find(({ name }) => name === 'took_seconds')?.aggregated_histogram
    expect(whole?.count).toBe(whole!.buckets[0]!.count * 2)
    const sum = (of: (metric: NativeMetric) => number | null | undefined) =>
      all.reduce((total, metric) => total + (of(metric) ?? 0), 0)
    const stream = `/metrics-${id}-${topic}`
    const found = async () => {
      await ask('POST', `${stream}/_refresh`)
      const answer = await ask('POST', `${stream}/_search`, {
        size: 0,
        track_total_hits: true,
        aggs: {
          counters: { sum: { field: 'metric.counter.value' } },
          gauges: { sum: { field: 'metric.gauge.value' } },
        },
      })
      if (!answer.ok) return { documents: 0, counters: 0, gauges: 0 }
      const { hits, aggregations } = (await answer.json()) as {
        hits: { total: { value: number } }
        aggregations: Record<'counters' | 'gauges', { value: number }>
      }
      const { counters, gauges } = aggregations
      return { documents: hits.total.value, counters: counters.value, gauges: gauges.value }
    }
    await until(async () => (await found()).documents >= all.length)
    const arrived = await found()
    expect(arrived.documents).toBe(all.length)
    expect(arrived.counters).toBeCloseTo(sum(({ counter }) => counter?.value))
    expect(arrived.gauges).toBeCloseTo(sum(({ gauge }) => gauge?.value))
  }, 180_000)
})
