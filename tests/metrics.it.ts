import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import {
  type Attribute,
  clientAttributes,
  connectAttributes,
  metricName,
} from '../packages/runtime/src/telemetry/attributes.ts'
import { SluiceProcess } from './bad-input/sluice-process.ts'
import { freePort } from './faults/pipeline-world.ts'

const lines = 100

/** What a group has in a worker that runs alone, and what only some records make. */
const elsewhere = new Set(['connect-worker-rebalance'])

describe('the figures of a worker', () => {
  const id = randomUUID().slice(0, 8)
  const source = `lines-${id}`
  const sink = `copy-${id}`
  let folder: string
  let sluice: SluiceProcess
  let port: number

  beforeAll(async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    folder = await mkdtemp(join(tmpdir(), 'sluice-metrics-'))
    port = await freePort()
    await writeFile(
      join(folder, 'worker.properties'),
      [
        `bootstrap.servers=${bootstrapServers}`,
        'key.converter=org.apache.kafka.connect.storage.StringConverter',
        'value.converter=org.apache.kafka.connect.storage.StringConverter',
        `offset.storage.file.filename=${folder}/connect.offsets`,
        'offset.flush.interval.ms=500',
        `listeners=http://127.0.0.1:${port}`,
      ].join('\n'),
    )
    const text = Array.from({ length: lines }, (_, n) => `line ${n}\n`).join('')
    await writeFile(join(folder, 'in.txt'), text)
    const transforms = {
      transforms: 'header',
      'transforms.header.type': 'org.apache.kafka.connect.transforms.InsertHeader',
      'transforms.header.header': 'from',
      'transforms.header.value.literal': 'file',
      'transforms.header.predicate': 'always',
      'transforms.header.negate': 'true',
      predicates: 'always',
      'predicates.always.type': 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
    }
    await connectorFile(source, {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      file: join(folder, 'in.txt'),
      topic: source,
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
      ...transforms,
    })
    await connectorFile(sink, {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      file: join(folder, 'out.txt'),
      topics: source,
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': `${sink}-dlq`,
      'errors.deadletterqueue.topic.replication.factor': '1',
    })
    sluice = new SluiceProcess(['standalone', 'worker.properties', `${source}.json`, `${sink}.json`], folder)
  }, 240_000)

  afterAll(async () => {
    await sluice?.end()
    if (folder) await rm(folder, { recursive: true, force: true })
  }, 60_000)

  it('are all that the table of attributes says, and nothing else', async () => {
    const text = await untilShown(
      (found) =>
        Number(valueIn(found, 'kafka_connect_sink_task_sink_record_send_total')) === lines &&
        Number(valueIn(found, 'kafka_connect_sink_task_offset_commit_completion_total')) > 0 &&
        Number(valueIn(found, 'kafka_consumer_coordinator_commit_total')) > 0,
    )
    const names = new Set([...text.matchAll(/^(kafka_\w+)[{ ]/gm)].map(([, name]) => name!))
    const all = [...connectAttributes, ...clientAttributes].filter(({ group }) => !elsewhere.has(group))
    const isShown = (one: Attribute): boolean => one.leftOut === undefined
    // nothing was refused, so there is nothing of it
    const wanted = new Set(
      all
        .filter(isShown)
        .map(metricName)
        .filter((name) => !/producer_.*(error|retry)/.test(name)),
    )
    expect([...wanted].filter((name) => !names.has(name))).toEqual([])
    const known = new Set(all.filter(isShown).map(metricName))
    expect([...names].filter((name) => !known.has(name))).toEqual([])
  }, 180_000)

  it('have the values, the labels and the client ids of what was done', async () => {
    const text = await shown()
    const task = `connector="${source}",task="0"`
    for (const line of [
      `kafka_connect_source_task_source_record_write_total{${task}} ${lines}`,
      `kafka_connect_connector_status{${task},status="running"} 1`,
      `kafka_connect_connector_task_value_converter_class{${task},value_converter_class="org.apache.kafka.connect.storage.StringConverter"} 1`,
      `kafka_connect_connector_transform_transform_class{${task},transform="header",transform_class="org.apache.kafka.connect.transforms.InsertHeader"} 1`,
      `kafka_connect_connector_predicate_predicate_class{${task},predicate="always",predicate_class="org.apache.kafka.connect.transforms.predicates.RecordIsTombstone"} 1`,
      `kafka_connect_connector_connector_class{connector="${source}",connector_class="org.apache.kafka.connect.file.FileStreamSourceConnector"} 1`,
      `kafka_producer_record_send_total{clientId="connector-producer-${source}-0"} ${lines}`,
      `kafka_producer_topic_record_send_total{clientId="connector-producer-${source}-0",topic="${source}"} ${lines}`,
      `kafka_consumer_fetch_manager_records_consumed_total{clientId="connector-consumer-${sink}-0"} ${lines}`,
      `kafka_consumer_fetch_manager_records_lag{clientId="connector-consumer-${sink}-0",topic="${source}",partition="0"} 0`,
      `kafka_consumer_coordinator_assigned_partitions{clientId="connector-consumer-${sink}-0"} 1`,
      'kafka_connect_worker_connector_count 2',
      'kafka_connect_worker_task_startup_success_total 2',
      'kafka_connect_worker_connector_startup_failure_total 0',
      `kafka_connect_worker_connector_running_task_count{connector="${sink}"} 1`,
    ]) {
      expect(text).toContain(`${line}\n`)
    }
    expect(text).toMatch(/^kafka_admin_client_request_total\{clientId="connector-adminclient-.*"\} [1-9]/m)
    expect(text).toMatch(/^kafka_consumer_request_latency_avg\{.*\} \d+\.\d/m)
    for (const name of ['eventloop_lag_seconds', 'heap_size_used_bytes', 'gc_duration_seconds_count'])
      expect(text).toContain(`nodejs_${name}`)
  }, 60_000)

  async function connectorFile(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ name, config }))
  }

  async function shown(): Promise<string> {
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  }

  async function untilShown(enough: (text: string) => boolean): Promise<string> {
    const deadline = performance.now() + 120_000
    for (;;) {
      const text = await shown().catch(() => '')
      if (enough(text)) return text
      if (sluice.exitCode !== undefined || performance.now() > deadline) {
        throw new Error(`It did not come to that:\n${text}\n${sluice.logged}\n${sluice.complaint}`)
      }
      await sleep(500)
    }
  }
})

function valueIn(text: string, name: string): string | undefined {
  return new RegExp(`^${name}(?:\\{.*\\})? (.*)$`, 'm').exec(text)?.[1]
}
