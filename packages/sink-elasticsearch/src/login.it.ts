import { jest } from '@jest/globals'
import { configOf } from '@sluice/testkit'
import { type ElasticsearchServer, ownFolder, startElasticsearch } from '@sluice/testkit/services'
import { elasticsearchSink } from './definitions.ts'
import { openHarness, record } from './testing/harness.ts'

jest.setTimeout(60_000)

describe('logging in to Elasticsearch', () => {
  let node: ElasticsearchServer

  beforeAll(async () => {
    node = await startElasticsearch({
      dir: ownFolder('elasticsearch-users'),
      users: [
        { name: 'ann', password: 'right', role: 'superuser' },
        { name: 'bob', password: 'right', role: 'viewer' },
      ],
    })
  }, 240_000)

  afterAll(() => node.kill())

  const as = (name: string, password: string) => ({
    'connection.url': node.url,
    'connection.username': name,
    'connection.password': password,
  })

  const issuesOf = (settings: Readonly<Record<string, string>>) =>
    elasticsearchSink.check!(configOf(elasticsearchSink.config, settings), {
      signal: AbortSignal.timeout(30_000),
    })

  it('writes as a user who may', async () => {
    const harness = await openHarness(as('ann', 'right'))
    expect(await harness.write([record('login', 0)])).toMatchObject([{ offset: 1n }])
    expect(await issuesOf(as('ann', 'right'))).toEqual([])
  })

  it('says whose login is refused', async () => {
    const harness = await openHarness(as('ann', 'wrong'))
    await expect(harness.write([record('login', 0)])).rejects.toThrow(
      /HTTP 401 .* Check connection\.username/,
    )
    expect(await issuesOf(as('ann', 'wrong'))).toEqual([
      { field: 'connectionUsername', message: expect.stringContaining('unable to authenticate user [ann]') },
    ])
  })

  it('says which rights are missing', async () => {
    const harness = await openHarness(as('bob', 'right'))
    await expect(harness.write([record('login', 1)])).rejects.toThrow(/security_exception.* Grant the user/)
  })

  it('says where nobody answers', async () => {
    expect(await issuesOf({ 'connection.url': 'http://127.0.0.1:9' })).toEqual([
      {
        field: 'connectionUrl',
        message: expect.stringContaining('leads to no Elasticsearch: connect ECONNREFUSED'),
        mayPass: true,
      },
    ])
    expect(
      await issuesOf({ ...as('ann', 'right'), 'connection.url': `http://127.0.0.1:9,${node.url}` }),
    ).toEqual([])
  })
})
