import { elasticsearch9Unavailable, startElasticsearch, type ElasticsearchServer } from './elasticsearch.ts'
import { ownFolder } from './shared-services.ts'
import { versions } from './versions.ts'

const timeoutMs = 240_000
const json = { 'content-type': 'application/json' }

describe.each([
  { version: versions.elasticsearch8, reason: undefined },
  { version: versions.elasticsearch9, reason: elasticsearch9Unavailable() },
])('Elasticsearch $version', ({ version, reason }) => {
  const possible = reason === undefined ? it : it.skip
  let elasticsearch: ElasticsearchServer

  beforeAll(async () => {
    if (reason !== undefined) return
    const settings = { 'thread_pool.write.queue_size': '7' }
    elasticsearch = await startElasticsearch({ dir: ownFolder('elasticsearch'), version, settings })
  }, timeoutMs)

  afterAll(() => elasticsearch?.stop(), timeoutMs)

  possible('runs the version that was asked for with the settings that were asked for', async () => {
    const { nodes } = await get<{ nodes: Record<string, { version: string; settings: object }> }>(
      '/_nodes/_local',
    )
    const [node] = Object.values(nodes)
    expect(node?.version).toBe(version)
    expect(node?.settings).toMatchObject({ thread_pool: { write: { queue_size: '7' } } })
  })

  possible(
    'keeps acknowledged documents through a kill and a start',
    async () => {
      const body = JSON.stringify({ name: 'kept' })
      const written = await fetch(`${elasticsearch.url}/things/_doc/1`, {
        method: 'PUT',
        headers: json,
        body,
      })
      expect(written.status).toBe(201)
      await elasticsearch.kill()
      expect(elasticsearch.running()).toBe(false)
      await elasticsearch.start()
      expect(await get('/things/_doc/1')).toMatchObject({ found: true, _source: { name: 'kept' } })
    },
    timeoutMs,
  )

  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(elasticsearch.url + path)
    return (await answer.json()) as T
  }
})
