import { request as httpRequest } from 'node:http'
import { createSocket } from 'node:dgram'
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { SourceRecord, SourceTask } from '@sluice/template'
import { configOf, fakeTask, memoryMetrics } from '@sluice/testkit'
import fc from 'fast-check'
import { compress } from 'snappy'
import { metricsFields } from '../config/fields.ts'
import type { PushOffset } from './deliveries.ts'
import { openPush } from './open-push.ts'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
}

const sum = (value: number) => ({
  resourceMetrics: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'shop' } },
          { key: 'service.instance.id', value: { stringValue: 'i1' } },
          { key: 'zone', value: { intValue: '3' } },
        ],
      },
      scopeMetrics: [
        {
          scope: { name: 'lib' },
          metrics: [
            {
              name: 'orders.placed',
              sum: {
                isMonotonic: true,
                aggregationTemporality: 2,
                dataPoints: [{ timeUnixNano: '1700000000123456789', asInt: String(value) }],
              },
            },
          ],
        },
      ],
    },
  ],
})

describe('what is pushed', () => {
  let base: string
  let task: SourceTask<PushOffset>
  let figures: Map<string, number>
  let kafkaIsUp: boolean
  let written: SourceRecord<PushOffset>[]
  let unacknowledged: SourceRecord<PushOffset>[]
  let stop: () => Promise<void>

  /** A task, and a Kafka beside it that takes and acknowledges, or doesn't. */
  async function open(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    const metrics = memoryMetrics()
    figures = metrics.values
    const config = configOf(metricsFields, {
      topic: 't',
      'metrics.input': 'push',
      'push.listen': `127.0.0.1:${port}`,
      'push.timeout.ms': '20000',
      ...settings,
    })
    const life = new AbortController()
    task = await openPush({ ...fakeTask(config), metrics })
    kafkaIsUp = true
    written = []
    unacknowledged = []
    const run = async (): Promise<void> => {
      while (!life.signal.aborted) {
        const polled = (await task
          .poll({ signal: life.signal, maxRecords: 3 })
          .catch(() => [])) as SourceRecord<PushOffset>[]
        written.push(...polled)
        unacknowledged.push(...polled)
        if (kafkaIsUp) acknowledgeAll()
      }
    }
    const running = run()
    stop = async () => {
      life.abort()
      await running
      await task.close?.()
    }
  }

  function acknowledgeAll(): void {
    for (const { origin } of unacknowledged.splice(0)) task.acknowledged?.(origin)
  }

  afterEach(() => stop())

  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(base + path, { method: 'POST', body: body as unknown as string, headers })
  const otlp = (body: unknown, headers: Record<string, string> = {}) =>
    post('/v1/metrics', JSON.stringify(body), { 'content-type': 'application/json', ...headers })

  it('is answered once it is acknowledged, and not before', async () => {
    await open()
    kafkaIsUp = false
    let answered = false
    const answer = otlp(sum(1)).finally(() => {
      answered = true
    })
    while (written.length === 0) await sleep(5)
    await sleep(50)
    expect(answered).toBe(false)
    acknowledgeAll()
    expect((await answer).status).toBe(200)
    expect(await (await answer).json()).toEqual({})
    expect(written[0]).toMatchObject({
      key: 'orders.placed{instance="i1",job="shop",resource.zone="3",scope.name="lib"}',
      value: {
        metric: { name: 'orders.placed', timestamp: '2023-11-14T22:13:20.123456789Z', counter: { value: 1 } },
      },
    })
  })

  it('is answered only when all of it is acknowledged', async () => {
    await open()
    kafkaIsUp = false
    const body = sum(1)
    const [point] = body.resourceMetrics[0]!.scopeMetrics[0]!.metrics[0]!.sum.dataPoints
    body.resourceMetrics[0]!.scopeMetrics[0]!.metrics[0]!.sum.dataPoints.push(
      ...Array.from({ length: 9 }, () => point!),
    )
    let answered = false
    const answer = otlp(body).finally(() => {
      answered = true
    })
    while (written.length < 10) await sleep(5)
    for (const { origin } of unacknowledged.splice(0, 9)) task.acknowledged?.(origin)
    await sleep(50)
    expect(answered).toBe(false)
    acknowledgeAll()
    expect((await answer).status).toBe(200)
  })

  it('is to be sent again where Kafka is slow, and is written once all the same', async () => {
    await open({ 'push.timeout.ms': '50' })
    kafkaIsUp = false
    const slow = await otlp(sum(1))
    expect([slow.status, slow.headers.get('retry-after')]).toEqual([503, '5'])
    const again = otlp(sum(1))
    acknowledgeAll()
    expect((await again).status).toBe(200)
    kafkaIsUp = true
    acknowledgeAll()
    expect((await otlp(sum(2))).status).toBe(200)
    expect(written).toHaveLength(2)
    expect(figures.get('push_requests_pushed_back_total')).toBe(1)
  })

  it('is written once where it is sent a second time before the first has its answer', async () => {
    await open()
    kafkaIsUp = false
    const first = otlp(sum(1))
    while (written.length === 0) await sleep(5)
    const second = otlp(sum(1))
    await sleep(100)
    kafkaIsUp = true
    acknowledgeAll()
    expect([(await first).status, (await second).status]).toEqual([200, 200])
    expect(written).toHaveLength(1)
    expect((await otlp(sum(1))).status).toBe(200)
    expect(written).toHaveLength(2)
  })

  it('is refused where it stands for more than may be, before that is made', async () => {
    await open({ 'push.request.samples': '1000' })
    const type = { 'content-type': 'application/x-protobuf' }
    // a series without labels, and empty samples: two bytes each
    const samples = Buffer.alloc(400_000, Buffer.from([0x12, 0]))
    const length = Buffer.from([0x0a, ...varint(samples.length)])
    const write = await post('/api/v1/write', await compress(Buffer.concat([length, samples])), type)
    expect(write.status).toBe(413)
    const resources = await post('/v1/metrics', Buffer.alloc(400_000, Buffer.from([0x0a, 0])), type)
    expect(resources.status).toBe(413)
    const json = await otlp({ resourceMetrics: Array.from({ length: 100_000 }, () => ({})) })
    expect(json.status).toBe(413)
    expect((await otlp(sum(1))).status).toBe(200)
  })

  it('is pushed back at once where too much waits', async () => {
    await open({ 'push.buffer.bytes': '300' })
    const large = await otlp(sum(1))
    expect([large.status, large.headers.get('retry-after')]).toEqual([429, '5'])
    expect(written).toHaveLength(0)
  })

  it.each<[string, () => Promise<Response>, number]>([
    ['another path', () => post('/other', ''), 404],
    ['another method', () => fetch(`${base}/v1/metrics`), 405],
    ['another type', () => post('/v1/metrics', 'x', { 'content-type': 'text/plain' }), 415],
    ['another encoding', () => otlp(sum(1), { 'content-encoding': 'br' }), 415],
    ['no JSON', () => post('/v1/metrics', '{', { 'content-type': 'application/json' }), 400],
    ['no object', () => otlp([]), 400],
    [
      'no protobuf',
      () => post('/v1/metrics', Buffer.from([10, 255]), { 'content-type': 'application/x-protobuf' }),
      400,
    ],
    ['no gzip', () => otlp(sum(1), { 'content-encoding': 'gzip' }), 400],
    [
      'no snappy',
      () =>
        post('/api/v1/write', Buffer.from([255, 255, 255]), {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
        }),
      400,
    ],
    [
      'remote write 2.0',
      () =>
        post('/api/v1/write', Buffer.alloc(1), {
          'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
        }),
      415,
    ],
    [
      'a body that unpacks to too much',
      () =>
        post('/v1/metrics', gzipSync(Buffer.alloc(2_000_000, ' ')), {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
        }),
      413,
    ],
    [
      'snappy that says so',
      () =>
        post('/api/v1/write', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), {
          'content-type': 'application/x-protobuf',
        }),
      413,
    ],
  ])('is refused: %s', async (_what, send, status) => {
    await open({ 'push.body.limit.bytes': '1000000' })
    expect((await send()).status).toBe(status)
    // and nothing is the worse for it
    expect((await otlp(sum(1))).status).toBe(200)
  })

  it('says how many points it could not read', async () => {
    await open()
    const body = sum(1)
    body.resourceMetrics[0]!.scopeMetrics[0]!.metrics.push(
      { name: 'none', sum: {} } as never,
      { name: 'bad', gauge: { dataPoints: [{}] } } as never,
    )
    expect(await (await otlp(body)).json()).toMatchObject({ partialSuccess: { rejectedDataPoints: '1' } })
  })

  it('needs a login, if there is one', async () => {
    await open({ 'push.user': 'me', 'push.password': 'secret', 'push.bearer.token': 'token' })
    expect((await otlp(sum(1))).status).toBe(401)
    expect((await otlp(sum(1), { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await otlp(sum(1), { authorization: 'Bearer token' })).status).toBe(200)
    expect((await otlp(sum(1), { authorization: `Basic ${btoa('me:secret')}` })).status).toBe(200)
  })

  it('is refused before it is read where it is a gigabyte', async () => {
    await open()
    const { port } = new URL(base)
    const sent = await new Promise<{ status: number | undefined; bytes: number }>((resolve, reject) => {
      const request = httpRequest({
        port,
        method: 'POST',
        path: '/v1/metrics',
        headers: { 'content-type': 'application/json', 'content-length': 1024 ** 3 },
      })
      let bytes = 0
      const chunk = Buffer.alloc(64 * 1024)
      const more = (): void => {
        while (!request.destroyed && bytes < 1024 ** 3 && request.write(chunk)) bytes += chunk.length
      }
      request.on('drain', more)
      request.on('response', (response) => {
        resolve({ status: response.statusCode, bytes })
        request.destroy()
      })
      request.on('error', reject)
      more()
    })
    expect(sent.status).toBe(413)
    expect(sent.bytes).toBeLessThan(64 * 1024 ** 2)
  })

  it('is refused in the middle where it says nothing of its length', async () => {
    await open({ 'push.body.limit.bytes': '1000000' })
    const { port } = new URL(base)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1')
      let text = ''
      socket.on('data', (data) => {
        text += data.toString()
        if (text.includes('413')) {
          resolve(text)
          socket.destroy()
        }
      })
      socket.on('error', reject)
      socket.write(
        'POST /v1/metrics HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      )
      for (let n = 0; n < 20; n++) socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`)
    })
    expect(answer).toContain('413')
  })

  it('may be anything: it is taken or refused, and the next request is served', async () => {
    await open()
    const seed = Date.now()
    for (const bytes of fc.sample(fc.uint8Array({ maxLength: 200 }), { numRuns: 150, seed })) {
      const body = Buffer.from(bytes)
      const type = { 'content-type': 'application/x-protobuf' }
      const [first, second] = await Promise.all([
        post('/v1/metrics', body, type),
        post('/api/v1/write', await compress(body), { ...type, 'content-encoding': 'snappy' }),
      ])
      expect([seed, [200, 400].includes(first.status)]).toEqual([seed, true])
      expect([seed, [204, 400].includes(second.status)]).toEqual([seed, true])
    }
    for (const json of fc.sample(fc.jsonValue(), { numRuns: 150, seed })) {
      expect([200, 400]).toContain(
        (
          await otlp({
            resourceMetrics: [
              {
                scopeMetrics: [
                  { metrics: [{ name: 'x', sum: json, gauge: { dataPoints: [json] } }, json] },
                  json,
                ],
              },
              json,
            ],
          })
        ).status,
      )
    }
    expect((await otlp(sum(1))).status).toBe(200)
    expect(figures.get('push_requests_refused_total')).toBeGreaterThan(0)
  }, 60_000)

  it('is taken by StatsD too, gathered over an interval', async () => {
    const port = await freePort()
    await open({ 'push.statsd.listen': `127.0.0.1:${port}`, 'push.statsd.interval.ms': '100' })
    const socket = createSocket('udp4')
    for (let n = 0; n < 4; n++)
      socket.send(
        'hits:2|c|@0.5|#zone:a\nload:3|g\nload:+2|g\ntime:10:20|ms\nwho:x|s\nbad',
        port,
        '127.0.0.1',
      )
    const total = () =>
      written.reduce((all, { value }) => {
        const { metric } = value as { metric: { name: string; counter?: { value: number } } }
        return metric.name === 'hits' ? all + metric.counter!.value : all
      }, 0)
    const deadline = Date.now() + 20_000
    while (total() < 16 && Date.now() < deadline) await sleep(20)
    await new Promise<void>((resolve) => socket.close(() => resolve()))
    expect(total()).toBe(16)
    const of = (name: string) =>
      written
        .map(({ value }) => (value as { metric: Record<string, unknown> }).metric)
        .filter((one) => one['name'] === name)
    expect(of('hits')[0]).toMatchObject({ kind: 'incremental', tags: { zone: 'a' } })
    expect(of('time')[0]).toMatchObject({
      aggregated_summary: { quantiles: expect.arrayContaining([{ quantile: 1, value: 20 }]) },
    })
    expect(of('who')[0]).toMatchObject({ gauge: { value: 1 } })
    expect(of('load')[0]).toMatchObject({ kind: 'absolute', gauge: { value: 5 } })
    expect(figures.get('bad_lines_total')).toBe(4)
  })

  it('is not lost where the task closes: it is to be sent again', async () => {
    await open()
    kafkaIsUp = false
    const answer = otlp(sum(1))
    while (written.length === 0) await sleep(5)
    const closing = stop()
    stop = () => Promise.resolve()
    expect((await answer).status).toBe(503)
    await closing
  })
})
