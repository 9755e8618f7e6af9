import { randomUUID } from 'node:crypto'
import { jest } from '@jest/globals'
import { sharedServices } from '@sluice/testkit/services'
import { openHarness, record } from './testing/harness.ts'
import { startProxy } from './testing/proxy.ts'

jest.setTimeout(60_000)

describe('connections to Elasticsearch', () => {
  let url: string
  let topic: string

  beforeAll(async () => {
    url = (await sharedServices().elasticsearch()).url
  }, 240_000)

  beforeEach(() => {
    topic = `connect-${randomUUID()}`
  })

  it('leave out a node that is down', async () => {
    const harness = await openHarness({
      'connection.url': `http://127.0.0.1:9,${url}`,
      'retry.backoff.ms': '1',
    })
    for (let offset = 0; offset < 5; offset++) await harness.write([record(topic, offset)])
    expect(harness.figures.get('documents_indexed_total')).toBe(5)
  })

  it('go through a proxy that asks for a login', async () => {
    const { proxy, port, seen } = await startProxy()
    try {
      const harness = await openHarness({
        'connection.url': url,
        'proxy.host': '127.0.0.1',
        'proxy.port': String(port),
        'proxy.username': 'ann',
        'proxy.password': 's:cret',
        'connection.compression': 'true',
      })
      expect(await harness.write([record(topic, 0)])).toMatchObject([{ offset: 1n }])
      await harness.task.close!()
      expect(new Set(seen)).toEqual(new Set([`Basic ${Buffer.from('ann:s:cret').toString('base64')}`]))
    } finally {
      proxy.close()
      proxy.closeAllConnections()
    }
  })
})
