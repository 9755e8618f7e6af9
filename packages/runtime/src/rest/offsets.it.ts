import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import type { FastifyInstance } from 'fastify'
import { createKafka } from '../kafka/create-kafka.ts'
import type { GroupConsumer } from '../kafka/types.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { createWorker, type Worker } from '../worker/worker.ts'
import { createRest } from './server.ts'

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const run = randomUUID().slice(0, 8)
const topic = `offsets-${run}`
let bootstrap: string
let worker: Worker
let app: FastifyInstance

beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
  const kafka = createKafka({ settings: { 'bootstrap.servers': bootstrap }, log: quiet })
  const admin = kafka.admin()
  await admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }])
  await admin.close()
  const producer = kafka.producer({ settings: {}, delivered: () => {} })
  await producer.send([1, 2, 3, 4, 5].map((n) => ({ topic, key: null, value: Buffer.from(String(n)) })))
  await producer.close()
  worker = createWorker({
    kafka: bootstrap,
    plugins: [new URL('./testing/offset-fixtures.ts', import.meta.url).href],
    isolation: 'thread',
    settings: {
      'offset.flush.interval.ms': 200,
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'connector.check.timeout.ms': 3000,
    },
  })
  await worker.start()
  const metricsText = async () => ({ contentType: 'text/plain', text: '' })
  app = createRest({ worker, clusterId: () => undefined, ready: () => true, metricsText }, silentLogger)
}, 180_000)
afterAll(async () => {
  await app.close()
  await worker.stop()
})

type Method = 'GET' | 'PUT' | 'PATCH' | 'DELETE'

async function call(
  method: Method,
  url: string,
  payload?: object,
): Promise<{ status: number; body: unknown }> {
  const answer = await app.inject({ method, url, ...(payload && { payload }) })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('It did not happen within 20 s.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function stop(name: string): Promise<void> {
  expect(await call('PUT', `/connectors/${name}/stop`)).toMatchObject({ status: 204 })
  await until(async () => worker.connectors.status(name).connector.state === 'STOPPED')
}

const at = (offset: number | string | null, partition: number | string = 0) => ({
  partition: { kafka_topic: topic, kafka_partition: partition },
  offset: offset === null ? null : { kafka_offset: offset },
})

async function liveMember(groupId: string): Promise<GroupConsumer> {
  const consumer = createKafka({ settings: { 'bootstrap.servers': bootstrap }, log: quiet }).consumer({
    groupId,
    topics: [topic],
    settings: {},
    assigned: async () => {},
    revoked: async () => {},
  })
  while (consumer.assignment().length === 0) await consumer.poll({ signal: AbortSignal.timeout(20_000) })
  return consumer
}

describe('the offsets of a sink', () => {
  const name = `sink-${run}`
  const url = `/connectors/${name}/offsets`
  const offsets = async (): Promise<unknown> => (await call('GET', url)).body
  const patch = (...changes: object[]) => call('PATCH', url, { offsets: changes })

  it('are those of its group, and can be set and forgotten while it is stopped', async () => {
    await worker.connectors.put(name, 'content', { topics: topic })
    await until(async () => JSON.stringify(await offsets()) === JSON.stringify({ offsets: [at(5)] }))
    expect(await patch(at(2))).toMatchObject({ status: 400 })
    await stop(name)
    expect(await patch(at('2', '0'))).toEqual({
      status: 200,
      body: { message: 'The offsets for this connector have been altered successfully' },
    })
    expect(await offsets()).toEqual({ offsets: [at(2)] })
    await call('PUT', `/connectors/${name}/resume`)
    await until(async () => JSON.stringify(await offsets()) === JSON.stringify({ offsets: [at(5)] }))

    await stop(name)
    expect(await patch(at(null))).toMatchObject({ status: 200 })
    expect(await offsets()).toEqual({ offsets: [] })
    await patch(at(4))
    expect(await call('DELETE', url)).toEqual({
      status: 200,
      body: { message: 'The offsets for this connector have been reset successfully' },
    })
    expect(await call('DELETE', url)).toMatchObject({ status: 200 })
    expect(await offsets()).toEqual({ offsets: [] })
  }, 60_000)

  it('are not changed where the connector refuses, or the request is wrong', async () => {
    await stop(name)
    await patch(at(1))
    expect(await patch(at(3))).toMatchObject({ status: 400, body: { error_code: 400 } })
    for (const change of [
      at('x'),
      at(-1),
      at(1, 'x'),
      at(1, -1),
      at(1.5),
      { partition: { kafka_topic: topic }, offset: null },
      { partition: { kafka_topic: null, kafka_partition: 0 }, offset: null },
      { partition: { kafka_topic: {}, kafka_partition: 0 }, offset: null },
      { partition: { kafka_topic: topic, kafka_partition: 0 }, offset: { offset: 1 } },
    ]) {
      expect(await patch(change)).toMatchObject({ status: 400, body: { error_code: 400 } })
    }
    expect(await offsets()).toEqual({ offsets: [at(1)] })
  }, 60_000)

  it('are not changed while somebody else is in the group', async () => {
    await stop(name)
    const member = await liveMember(`connect-${name}`)
    for (const answer of [await patch(at(2)), await patch(at(null)), await call('DELETE', url)]) {
      expect(answer).toMatchObject({ status: 500, body: { error_code: 500 } })
      expect(JSON.stringify(answer.body)).toContain("because its tasks haven't stopped completely yet")
    }
    await member.close()
    expect(await patch(at(2))).toMatchObject({ status: 200 })
  }, 60_000)
})

describe('the offsets of a source in a thread', () => {
  const name = `source-${run}`
  const url = `/connectors/${name}/offsets`
  const patch = (position: unknown) =>
    call('PATCH', url, { offsets: [{ partition: { file: 'a' }, offset: { position } }] })

  it('are read by its own code, which may hang without holding up anyone', async () => {
    await worker.connectors.put(name, 'idle', {})
    await until(async () => worker.connectors.status(name).connector.state === 'RUNNING')
    await stop(name)
    expect(await patch(7)).toMatchObject({ status: 200 })
    expect(await patch('seven')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('There is no position.') },
    })
    const hangs = patch(13)
    expect(await call('GET', url)).toEqual({
      status: 200,
      body: { offsets: [{ partition: { file: 'a' }, offset: { position: 7 } }] },
    })
    expect(await hangs).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining('Timed out') },
    })
    expect(await call('GET', url)).toMatchObject({ body: { offsets: [{ offset: { position: 7 } }] } })
  }, 60_000)
})
