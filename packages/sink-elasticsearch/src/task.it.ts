import { batchOf, openHarness, record } from './testing/harness.ts'
import { getDocument, newName, search, serverUrl } from './testing/server.ts'

describe('the Elasticsearch sink on a real server', () => {
  it('keeps the latest record of each key, updates and deletes in order', async () => {
    const topic = newName('orders')
    const harness = await openHarness({ 'connection.url': serverUrl, 'batch.size': '7' })
    const records = Array.from({ length: 300 }, (_, i) =>
      record(topic, i, { key: `k${i % 20}`, value: i >= 280 && i % 2 === 0 ? null : { n: i } }),
    )
    await harness.task.assigned!([{ topic, partition: 0 }], { epoch: 1 })
    const offsets = await harness.write(records)
    await harness.task.close!()
    expect(offsets).toEqual([{ topic, partition: 0, offset: 300n, metadata: '{"partitions":1}' }])
    const found = await search(topic)
    expect(new Map(found.map(({ _id, _source }) => [_id, _source]))).toEqual(
      new Map(Array.from({ length: 10 }, (_, i) => [`k${i * 2 + 1}`, { n: 281 + i * 2 }])),
    )
  })

  it('leaves a later version in place when records come again', async () => {
    const topic = newName('replay')
    const harness = await openHarness({ 'connection.url': serverUrl })
    const records = Array.from({ length: 50 }, (_, i) => record(topic, i, { key: `k${i % 5}` }))
    await harness.write(records)
    await harness.write(records)
    await harness.task.close!()
    expect(await getDocument(topic, 'k4')).toMatchObject({ _version: 49, _source: { n: 49 } })
    expect(harness.rejected).toEqual([])
    expect(harness.figures.get('documents_stale_total')).toBeGreaterThan(0)
    expect(harness.figures.get('documents_repeated_total')).toBeGreaterThan(0)
  })

  it('copies the bytes of JSON values as they are', async () => {
    const topic = newName('bytes')
    const harness = await openHarness({ 'connection.url': serverUrl })
    const call = { signal: new AbortController().signal }
    await harness.task.put(
      batchOf([record(topic, 0, { key: 'é"1', value: { text: 'ü\n', n: 1.5 } })], true),
      call,
    )
    await harness.task.flush!(call)
    await harness.task.close!()
    expect(await getDocument(topic, 'é"1')).toMatchObject({ _source: { text: 'ü\n', n: 1.5 } })
  })
})
