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

describe('Elasticsearch with users', () => {
  it(
    'knows them and their roles, and nobody else',
    async () => {
      const ann = { name: 'ann', password: 'secret', role: 'superuser' }
      const bob = { name: 'bob', password: 'hidden', role: 'viewer' }
      const { url, stop } = await startElasticsearch({ dir: ownFolder('elasticsearch'), users: [ann, bob] })
      const put = async (login: string) => {
        const authorization = `Basic ${Buffer.from(login).toString('base64')}`
        const headers = { ...json, authorization }
        return (await fetch(`${url}/things/_doc/1`, { method: 'PUT', headers, body: '{}' })).status
      }
      try {
        expect(await put('ann:secret')).toBe(201)
        expect(await put('bob:hidden')).toBe(403)
        expect(await put('ann:wrong')).toBe(401)
      } finally {
        await stop()
      }
    },
    timeoutMs,
  )
})
