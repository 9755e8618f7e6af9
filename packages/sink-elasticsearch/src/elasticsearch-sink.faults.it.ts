import { jest } from '@jest/globals'
import type { SinkRecord } from '@sluice/template'
import { type ElasticsearchServer, ownFolder, startElasticsearch } from '@sluice/testkit/services'
import { batch, type Harness, openHarness, record } from './testing/harness.ts'
import { type Server, serverAt } from './testing/server.ts'

jest.setTimeout(180_000)

describe('the sink under load on an Elasticsearch with faults', () => {
  let node: ElasticsearchServer
  let server: Server

  beforeAll(async () => {
    node = await startElasticsearch({
      dir: ownFolder('elasticsearch-narrow'),
      settings: { 'thread_pool.write.queue_size': '1', 'thread_pool.write.size': '1' },
    })
    server = serverAt(node.url)
  }, 240_000)

  afterAll(() => node.kill())

  const open = (more: Readonly<Record<string, string>> = {}): Promise<Harness> =>
    openHarness({
      'connection.url': node.url,
      'batch.size': '200',
      'max.in.flight.requests': '16',
      'read.timeout.ms': '5000',
      // A flush that gives up early is right for commits, but these tests look at what it leaves.
      'flush.timeout.ms': '170000',
      'retry.backoff.max.ms': '500',
      ...more,
    })

  /** Writes `count` records of `keys` keys in batches; answers them. */
  async function load(
    harness: Harness,
    how: { topic: string; count: number; keys: number },
  ): Promise<SinkRecord[]> {
    const records = Array.from({ length: how.count }, (_, i) =>
      record(how.topic, i, {
        key: `k${i % how.keys}`,
        value: i % 97 === 5 ? null : { n: i, text: 'x'.repeat(200) },
      }),
    )
    const { signal } = new AbortController()
    for (let start = 0; start < records.length; start += 500) {
      const part = records.slice(start, start + 500)
      await harness.task.put(batch(part), { signal })
    }
    return records
  }

  async function expectFold(topic: string, records: readonly SinkRecord[]): Promise<void> {
    const fold = new Map<string, SinkRecord>()
    for (const one of records) fold.set(one.key as string, one)
    const live = [...fold].filter(([, { value }]) => value !== null)
    const found = await server.documents(topic)
    expect(found.size).toBe(live.length)
    for (const [id, { origin, value }] of live) {
      expect(found.get(id)).toMatchObject({ _version: Number(origin.offset), _source: value as object })
    }
  }

  it('loses nothing and never fails while the server pushes back', async () => {
    const harness = await open()
    const others = await Promise.all([open(), open(), open()])
    const loads = [harness, ...others].map(async (each, i) => {
      const topic = `pushed-back-${i}`
      const records = await load(each, { topic, count: 4000, keys: 1500 })
      await each.task.flush!({ signal: new AbortController().signal })
      return { topic, records }
    })
    for (const { topic, records } of await Promise.all(loads)) await expectFold(topic, records)
    const retried = [harness, ...others].map((each) => each.figures.get('documents_retried_total') ?? 0)
    expect(Math.max(...retried)).toBeGreaterThan(0)
    expect(harness.rejected).toEqual([])
  })

  it('goes on by itself when the server is killed and started in the middle', async () => {
    const harness = await open()
    const loading = load(harness, { topic: 'killed', count: 12_000, keys: 3000 })
    while ((harness.figures.get('documents_indexed_total') ?? 0) < 2000) await tick()
    await node.kill()
    await node.start()
    const records = await loading
    await harness.task.flush!({ signal: new AbortController().signal })
    await expectFold('killed', records)
    expect(harness.figures.get('bulk_failures_total')).toBeGreaterThan(0)
    expect(harness.rejected).toEqual([])
  })

  it('goes on by itself when the server froze for longer than a request may take', async () => {
    const harness = await open({ 'read.timeout.ms': '500' })
    const loading = load(harness, { topic: 'frozen', count: 8000, keys: 3000 })
    while ((harness.figures.get('documents_indexed_total') ?? 0) < 1000) await tick()
    node.pause()
    try {
      while ((harness.figures.get('bulk_failures_total') ?? 0) === 0) await tick()
    } finally {
      node.resume()
    }
    const records = await loading
    await harness.task.flush!({ signal: new AbortController().signal })
    await expectFold('frozen', records)
    expect(harness.rejected).toEqual([])
  })
})

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10))
}
