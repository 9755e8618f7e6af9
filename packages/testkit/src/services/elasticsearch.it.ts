import { type ElasticsearchServer, elasticsearch9Unavailable, startElasticsearch } from './elasticsearch.ts'
import { ownFolder } from './shared-services.ts'
import { versions } from './versions.ts'

const timeoutMs = 300_000

describe('Elasticsearch 8', () => {
  const ann = { name: 'ann', password: 'secret', role: 'superuser' }
  const bob = { name: 'bob', password: 'hidden', role: 'viewer' }
  let elasticsearch: ElasticsearchServer

  beforeAll(async () => {
    const settings = { 'thread_pool.write.queue_size': '7' }
    elasticsearch = await startElasticsearch({
      dir: ownFolder('elasticsearch'),
      settings,
      users: [ann, bob],
    })
  }, timeoutMs)

  afterAll(() => elasticsearch?.stop(), timeoutMs)

  it('runs with the settings that were asked for', async () => {
    const node = await localNode(elasticsearch.url, ann)
    expect(node?.version).toBe(versions.elasticsearch8)
    expect(node?.settings).toMatchObject({ thread_pool: { write: { queue_size: '7' } } })
  })

  it('knows its users and their roles, and nobody else', async () => {
    const put = async (user: Login) =>
      (await call(`${elasticsearch.url}/secured/_doc/1`, { user, body: {} })).status
    expect(await put(ann)).toBe(201)
    expect(await put(bob)).toBe(403)
    expect(await put({ ...ann, password: 'wrong' })).toBe(401)
  })

  it(
    'keeps acknowledged documents through a kill and a start',
    async () => {
      const document = `${elasticsearch.url}/things/_doc/1`
      expect((await call(document, { user: ann, body: { name: 'kept' } })).status).toBe(201)
      await elasticsearch.kill()
      expect(elasticsearch.running()).toBe(false)
      await elasticsearch.start()
      expect(await (await call(document, { user: ann })).json()).toMatchObject({ _source: { name: 'kept' } })
    },
    timeoutMs,
  )
})

describe('Elasticsearch 9', () => {
  const possible = elasticsearch9Unavailable() === undefined ? it : it.skip

  possible(
    'runs where there is a JDK for it',
    async () => {
      const elasticsearch = await startElasticsearch({
        dir: ownFolder('elasticsearch'),
        version: versions.elasticsearch9,
      })
      try {
        expect((await localNode(elasticsearch.url))?.version).toBe(versions.elasticsearch9)
        expect((await call(`${elasticsearch.url}/things/_doc/1`, { body: {} })).status).toBe(201)
      } finally {
        await elasticsearch.stop()
      }
    },
    timeoutMs,
  )
})

type Login = { readonly name: string; readonly password: string }

/** Gets, or puts where there is a body. */
async function call(
  url: string,
  { user, body }: { readonly user?: Login | undefined; readonly body?: object } = {},
) {
  const login = user && Buffer.from(`${user.name}:${user.password}`).toString('base64')
  return await fetch(url, {
    headers: { 'content-type': 'application/json', ...(login && { authorization: `Basic ${login}` }) },
    ...(body && { method: 'PUT', body: JSON.stringify(body) }),
  })
}

async function localNode(url: string, user?: Login) {
  type Nodes = {
    readonly nodes: Readonly<Record<string, { readonly version: string; readonly settings: object }>>
  }
  const { nodes } = (await (await call(`${url}/_nodes/_local`, { user })).json()) as Nodes
  return Object.values(nodes)[0]
}
