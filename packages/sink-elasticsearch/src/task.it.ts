import { randomUUID } from 'node:crypto'
import { jest } from '@jest/globals'
import { date, decimal, struct } from '@sluice/template'
import { acceptSink, configOf } from '@sluice/testkit'
import { elasticsearch9Unavailable, sharedServices } from '@sluice/testkit/services'
import { elasticsearchSink } from './definitions.ts'
import { batch, openHarness, record } from './testing/harness.ts'
import { type Server, serverAt } from './testing/server.ts'

jest.setTimeout(60_000)

const startMs = 240_000
const no9 = elasticsearch9Unavailable()
if (no9 !== undefined) process.stderr.write(`Elasticsearch 9 is left out: ${no9}\n`)
const versions = no9 === undefined ? (['8.19', '9.5'] as const) : (['8.19'] as const)

describe.each(versions)('the sink on Elasticsearch %s', (version) => {
  let settings: { 'connection.url': string }
  let server: Server

  beforeAll(async () => {
    const services = sharedServices()
    const { url } = await (version === '8.19' ? services.elasticsearch() : services.elasticsearch9())
    settings = { 'connection.url': url }
    server = serverAt(url)
  }, startMs)

  const newTopic = (start: string): string => `${start}-${randomUUID().slice(0, 8)}`

  acceptSink({
    definition: elasticsearchSink,
    arrange: async () => {
      await server.request('DELETE', '/test?ignore_unavailable=true')
      return {
        settings,
        read: async () =>
          [...(await server.documents('test')).values()].map(({ _id, _source }) => ({ _id, _source })),
      }
    },
    record: (n) => ({ key: `k${n}`, value: { n } }),
  })

  it('tells its version', async () => {
    const harness = await openHarness(settings)
    await harness.write([record(newTopic('version'), 0)])
    await harness.task.close!()
    expect(harness.lines).toContainEqual(
      expect.objectContaining({ level: 'info', fields: { version: expect.stringMatching(`^${version}`) } }),
    )
  })

  it('keeps the latest record of each key, updates and deletes in order', async () => {
    const topic = newTopic('orders')
    const harness = await openHarness({ ...settings, 'batch.size': '7' })
    const records = Array.from({ length: 300 }, (_, i) =>
      record(topic, i, { key: `k${i % 20}`, value: i >= 280 && i % 2 === 0 ? null : { n: i } }),
    )
    expect(await harness.write(records)).toMatchObject([{ offset: 300n, metadata: '{"partitions":1}' }])
    await harness.task.close!()
    const found = await server.documents(topic)
    expect(new Map([...found].map(([id, { _source }]) => [id, _source]))).toEqual(
      new Map(Array.from({ length: 10 }, (_, i) => [`k${i * 2 + 1}`, { n: 281 + i * 2 }])),
    )
  })

  it('leaves later versions in place when records come again', async () => {
    const topic = newTopic('replay')
    const harness = await openHarness(settings)
    const records = Array.from({ length: 50 }, (_, i) => record(topic, i, { key: `k${i % 5}` }))
    await harness.write(records)
    await harness.write(records)
    await harness.task.close!()
    expect((await server.documents(topic)).get('k4')).toMatchObject({ _version: 49, _source: { n: 49 } })
    expect(harness.rejected).toEqual([])
    expect(harness.figures.get('documents_stale_total')).toBe(45)
    expect(harness.figures.get('documents_repeated_total')).toBe(5)
  })

  it('copies the bytes of JSON values as they are', async () => {
    const topic = newTopic('bytes')
    const harness = await openHarness({ ...settings, 'connection.compression': 'true' })
    await harness.write([record(topic, 0, { key: 'é"1', value: { text: 'ü\n', n: 1.5 } })], { asJson: true })
    await harness.task.close!()
    expect([...(await server.documents(topic))]).toMatchObject([
      ['é"1', { _source: { text: 'ü\n', n: 1.5 } }],
    ])
  })

  it('refuses what it finds stored by an earlier topic of that name', async () => {
    const topic = newTopic('recreated')
    const before = await openHarness(settings)
    await before.write([record(topic, 5000, { key: 'a' })])
    await before.task.close!()
    const after = await openHarness(settings)
    after.ends.set(`${topic}-0`, 2n)
    await after.write([record(topic, 0, { key: 'a' }), record(topic, 1, { key: 'b' })])
    await after.task.close!()
    expect(after.rejected).toEqual([
      { offset: 0, message: expect.stringContaining('The topic was recreated') },
    ])
    expect((await server.documents(topic)).get('b')).toMatchObject({ _version: 1 })
  })

  it('orders by a header’s version where one is named', async () => {
    const topic = newTopic('header')
    const harness = await openHarness({ ...settings, 'external.version.header': 'v' })
    const versioned = (offset: number, v: unknown) =>
      record(topic, offset, { key: 'a', headers: [{ key: 'v', value: v }] })
    await harness.write([versioned(0, 10n), versioned(1, '30'), versioned(2, 20)])
    await harness.task.close!()
    expect([...(await server.documents(topic)).values()]).toMatchObject([{ _version: 30, _source: { n: 1 } }])
    expect(harness.rejected).toEqual([])
  })

  it('makes ids of topic, partition and offset where keys are ignored', async () => {
    const topic = newTopic('keyless')
    const harness = await openHarness({ ...settings, 'key.ignore': 'true' })
    const records = [record(topic, 7, { key: null }), record(topic, 8, { key: null, value: null })]
    await harness.write(records)
    await harness.write(records)
    await harness.task.close!()
    expect([...(await server.documents(topic)).keys()]).toEqual([`${topic}+0+7`])
  })

  it('sets aside the documents that break the mapping, and only those', async () => {
    const topic = newTopic('mapping')
    await server.request('PUT', `/${topic}`, {
      mappings: { dynamic: 'strict', properties: { n: { type: 'integer' } } },
    })
    const harness = await openHarness(settings)
    const value = (i: number) => (i % 10 === 3 ? { n: 'no number' } : i % 10 === 7 ? { other: 1 } : { n: i })
    await harness.write(Array.from({ length: 100 }, (_, i) => record(topic, i, { value: value(i) })))
    await harness.task.close!()
    expect(harness.rejected.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 10 === 3 || i % 10 === 7),
    )
    expect(new Set(harness.rejected.map(({ message }) => /: (\w+):/.exec(message)?.[1]))).toEqual(
      new Set(['document_parsing_exception', 'strict_dynamic_mapping_exception']),
    )
    expect(await server.count(topic)).toBe(80)
  })

  it('makes the mapping of a new index from the schema, and exact numbers', async () => {
    const topic = newTopic('Schema')
    const valueSchema = struct({
      id: { type: 'int64' },
      price: decimal(2),
      day: date(),
      name: { type: 'string' },
    })
    const harness = await openHarness(settings)
    const value = { id: 9007199254740993n, price: '12345678901234.50', day: 19_000, name: 'x' }
    await harness.write([record(topic, 0, { valueSchema, value })])
    await harness.task.close!()
    const index = topic.toLowerCase()
    const mapping = (await server.request('GET', `/${index}/_mapping`)) as Record<string, unknown>
    expect(mapping[index]).toMatchObject({
      mappings: {
        properties: {
          id: { type: 'long' },
          price: { type: 'double' },
          day: { type: 'date' },
          name: { type: 'text' },
        },
      },
    })
    const response = await fetch(`${settings['connection.url']}/${index}/_doc/k0`)
    expect(await response.text()).toContain(
      '{"id":9007199254740993,"price":12345678901234.50,"day":19000,"name":"x"}',
    )
  })

  it('merges fields with UPSERT, one after another', async () => {
    const topic = newTopic('upsert')
    const harness = await openHarness({ ...settings, 'write.method': 'UPSERT' })
    const values = [{ a: 1 }, { b: 1 }, { a: 2 }, null, { c: 1 }, { d: 1 }]
    await harness.write(values.map((value, offset) => record(topic, offset, { key: 'x', value })))
    await harness.task.close!()
    expect([...(await server.documents(topic)).values()]).toMatchObject([{ _source: { c: 1, d: 1 } }])
    expect(harness.rejected).toEqual([])
  })

  it('writes each record once into a data stream, however often it comes', async () => {
    const topic = newTopic('web')
    await server.request('PUT', '/_index_template/sluice-logs', {
      index_patterns: ['logs-sluice*'],
      data_stream: {},
      priority: 1000,
    })
    const harness = await openHarness({
      ...settings,
      'data.stream.type': 'LOGS',
      'data.stream.dataset': 'sluice',
    })
    const records = Array.from({ length: 20 }, (_, i) => record(topic, i, { key: 'same' }))
    await harness.write(records)
    await harness.write(records)
    await harness.task.close!()
    const found = await server.documents(`logs-sluice-${topic}`)
    expect(found.size).toBe(20)
    expect(found.get(`${topic}+0+3`)?._source).toEqual({ '@timestamp': 1_700_000_000_000, n: 3 })
    expect(harness.rejected).toEqual([])
  })

  it('says what a data stream lacks', async () => {
    const topic = newTopic('web')
    const harness = await openHarness({
      ...settings,
      'data.stream.type': 'unheard',
      'data.stream.dataset': 'of',
    })
    await expect(harness.write([record(topic, 0)])).rejects.toThrow('needs an index template')
  })

  it('goes on when its index was deleted, and when it was read-only for a while', async () => {
    const topic = newTopic('gone')
    const harness = await openHarness(settings)
    await harness.write([record(topic, 0)])
    await server.request('DELETE', `/${topic}`)
    await harness.write([record(topic, 1)])
    const block = (value: unknown) =>
      server.request('PUT', `/${topic}/_settings`, { 'index.blocks.read_only_allow_delete': value })
    await block(true)
    const written = harness.write([record(topic, 2)])
    while ((harness.figures.get('documents_retried_total') ?? 0) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await block(null)
    await written
    await harness.task.close!()
    expect([...(await server.documents(topic)).keys()].toSorted()).toEqual(['k1', 'k2'])
    expect(harness.rejected).toEqual([])
  })

  it('goes on with other documents while one index may not be written to', async () => {
    const [full, free] = [newTopic('full'), newTopic('free')]
    const harness = await openHarness({ ...settings, 'batch.size': '10' })
    await harness.write([record(full, 0)])
    await server.request('PUT', `/${full}/_settings`, { 'index.blocks.read_only_allow_delete': true })
    const { signal } = new AbortController()
    await harness.task.put(batch(Array.from({ length: 60 }, (_, i) => record(full, i + 1))), { signal })
    await harness.task.put(batch(Array.from({ length: 200 }, (_, i) => record(free, i))), { signal })
    while ((await server.count(free)) < 200) await new Promise((resolve) => setTimeout(resolve, 20))
    await server.request('PUT', `/${full}/_settings`, { 'index.blocks.read_only_allow_delete': null })
    await harness.task.flush!({ signal })
    await harness.task.close!()
    expect(await server.count(full)).toBe(61)
    expect(harness.rejected).toEqual([])
  })

  it('demands external resources to be there', async () => {
    const topic = newTopic('mapped')
    const mapped = {
      ...settings,
      'external.resource.usage': 'ALIAS_INDEX',
      'topic.to.external.resource.mapping': `${topic}:${topic}-alias`,
    }
    const early = await openHarness(mapped)
    await expect(early.write([record(topic, 0)])).rejects.toThrow('does not exist in Elasticsearch')
    await early.task.close!()
    await server.request('PUT', `/${topic}-real`, { aliases: { [`${topic}-alias`]: {} } })
    const harness = await openHarness(mapped)
    await harness.write([record(topic, 0)])
    await harness.task.close!()
    expect(await server.count(`${topic}-real`)).toBe(1)
  })

  it('refuses two aliases of one index for two topics', async () => {
    const topic = newTopic('two')
    await server.request('PUT', `/${topic}-real`, {
      aliases: { [`${topic}-a`]: {}, [`${topic}-b`]: { is_write_index: true } },
    })
    const mapped = {
      ...settings,
      'external.resource.usage': 'ALIAS_INDEX',
      'topic.to.external.resource.mapping': `${topic}-x:${topic}-a,${topic}-y:${topic}-b`,
    }
    const routes = ['x', 'y'].map((end) => ({ topic: `${topic}-${end}`, becomes: [`${topic}-${end}`] }))
    const refused = await openHarness(mapped, { routes })
    await expect(refused.write([record(`${topic}-x`, 0)])).rejects.toThrow(
      `${topic}-x and ${topic}-y are both written to ${topic}-real`,
    )
    const harness = await openHarness({ ...mapped, 'external.version': 'none' }, { routes })
    await harness.write([record(`${topic}-x`, 0), record(`${topic}-y`, 1)])
    expect(await server.count(`${topic}-real`)).toBe(2)
  })

  it('says which ingest pipeline does not exist', async () => {
    const config = configOf(elasticsearchSink.config, { ...settings, pipeline: 'no-such-pipeline' })
    const issues = await elasticsearchSink.check!(config, { signal: AbortSignal.timeout(30_000) })
    expect(issues).toEqual([{ field: 'pipeline', message: 'is no-such-pipeline, which does not exist' }])
  })
})
