import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWorker, type Worker } from '@sluice/runtime'
import {
  freePorts,
  type KafkaServer,
  ownFolder,
  type PrometheusServer,
  prometheusUnavailable,
  startKafka,
  startPrometheus,
} from '@sluice/testkit/services'
import { readTopic } from '../../../../tests/faults/readings.ts'
import { metricsSource } from '../metrics-source.ts'
import { countingTarget } from '../testing/counting-target.ts'
import { prometheusSamples, recordSamples } from '../testing/prometheus-samples.ts'

const unavailable = prometheusUnavailable()
const possible = unavailable === undefined ? describe : describe.skip

possible(`Prometheus writes on while Kafka stands still ${unavailable ?? ''}`, () => {
  const topic = `metrics-${randomUUID().slice(0, 8)}`
  let kafka: KafkaServer
  let prometheus: PrometheusServer
  let worker: Worker
  let target: Awaited<ReturnType<typeof countingTarget>>

  beforeAll(async () => {
    kafka = await startKafka({ dir: ownFolder('kafka') })
    target = await countingTarget()
    const [port] = await freePorts(1)
    worker = createWorker({
      kafka: kafka.bootstrapServers,
      plugins: [metricsSource],
      settings: {
        'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
        'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
        'value.converter.schemas.enable': 'false',
      },
    })
    await worker.start()
    await worker.connectors.put('push', 'metrics', {
      topic,
      'metrics.input': 'push',
      'push.listen': `127.0.0.1:${port}`,
      'push.timeout.ms': '5000',
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
    })
    prometheus = await startPrometheus({
      dir: ownFolder('prometheus'),
      config: `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs: [{ job_name: written, static_configs: [{ targets: ['${target.address}'] }] }]
remote_write: [{ url: 'http://127.0.0.1:${port}/api/v1/write', queue_config: { batch_send_deadline: 200ms } }]
`,
    })
  }, 300_000)

  afterAll(async () => {
    await prometheus?.stop()
    await worker?.stop()
    await target?.close()
    await kafka?.stop()
  })

  const sampled = () => prometheusSamples(prometheus.url, 'pages_total')
  const written = async () =>
    recordSamples(await readTopic(kafka.bootstrapServers, topic), 'pages_total', 'written')

  async function until(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 240_000
    while (!(await holds().catch(() => false))) {
      if (Date.now() > deadline) throw new Error('It did not come about within four minutes.')
      await sleep(500)
    }
  }

  it('a minute long: every sample is in the topic, and once', async () => {
    await until(async () => (await written()).length >= 5)
    await kafka.stop()
    await sleep(60_000)
    const during = (await sampled()).length
    await kafka.start()
    await until(async () => (await sampled()).length > during + 5)
    const expected = await sampled()
    await until(async () => (await written()).length >= expected.length)
    const all = await written()
    expect(all.slice(0, expected.length)).toEqual(expected)
    expect(new Set(all).size).toBe(all.length)
  }, 600_000)
})
