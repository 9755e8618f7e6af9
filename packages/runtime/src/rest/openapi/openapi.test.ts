import { Validator } from '@seriousme/openapi-schema-validator'
import { defineSource, list } from '@sluice/template'
import { connectorOf } from '../../worker/fixtures/connector-of.ts'
import { routesOf } from '../known-paths.ts'
import { checkAnswer, operationOf } from '../testing/answer-check.ts'
import { restScene } from '../testing/rest-scene.ts'
import { openApi } from './openapi.ts'

const tables = defineSource({
  name: 'tables',
  version: '1.2.3',
  doc: 'For tests.',
  config: { tables: list({ doc: 'Tables.' }) },
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

describe('the OpenAPI document', () => {
  it('is one', async () => {
    const document = structuredClone(openApi('1.2.3'))
    const { valid, errors } = await new Validator().validate(document as unknown as Record<string, unknown>)
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
  })

  it('has every route, and no others', async () => {
    await using scene = await restScene({ plugins: [] })
    const routes = routesOf(scene.app)!
      .filter((route) => !route.startsWith('HEAD '))
      .map((route) => route.replaceAll(/:(\w+)/g, '{$1}'))
    const described = Object.entries(openApi('1').paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.toSorted()).toEqual(routes.toSorted())
  })

  it.each([
    ['GET', '/connectors/a/topics', 200, '{"a":{"topics":[1]}}'],
    ['GET', '/connectors/a/status', 404, '{"error_code":404,"message":"No","stack":"at"}'],
    ['GET', '/', 200, '{"version":"1","commit":"c"}'],
    ['PUT', '/connectors/a/pause', 202, '{}'],
    ['PUT', '/connectors/a/pause', 200, ''],
  ])('would tell of a wrong answer: %s %s %s %s', (method, url, status, text) => {
    expect(() => checkAnswer(method, url, { status, contentType: 'application/json', text })).toThrow()
  })

  it('says what each of them answers', async () => {
    await using scene = await restScene({ plugins: [tables] })
    const missing = new Set(
      Object.values(openApi('1').paths)
        .flatMap((path) => Object.values(path))
        .map(({ operationId }) => operationId),
    )
    const config = { 'connector.class': 'tables', tables: 'a', name: 'a' }
    const settle = async () => connectorOf(scene.worker, 'a').settled()
    const call = async (method: string, url: string, body?: unknown) => {
      // which checks the answer
      const answer = await scene.call(method, url, body)
      expect({ url, status: answer.status, body: answer.body }).toMatchObject({ status: expect.any(Number) })
      expect(answer.status).toBeLessThan(300)
      missing.delete(operationOf(method, url)!.operationId)
    }
    for (const path of ['/', '/health', '/metrics', '/openapi.json', '/connectors']) await call('GET', path)
    await call('POST', '/connectors', { name: 'a', config, initial_state: 'RUNNING' })
    await settle()
    for (const path of ['', '/config', '/status', '/tasks', '/tasks/0/status', '/topics', '/offsets']) {
      await call('GET', `/connectors/a${path}`)
    }
    await call('GET', '/connectors?expand=info&expand=status')
    await call('PUT', '/connectors/a/config', config)
    await settle()
    await call('PUT', '/connectors/b/config', { ...config, name: 'b' })
    await call('PATCH', '/connectors/a/config', { tables: 'b', batch: null })
    await settle()
    for (const path of ['restart', 'restart?includeTasks=true&onlyFailed=true', 'tasks/0/restart']) {
      await call('POST', `/connectors/a/${path}`)
    }
    for (const path of ['pause', 'resume', 'topics/reset', 'stop']) await call('PUT', `/connectors/a/${path}`)
    await settle()
    await call('PATCH', '/connectors/a/offsets', { offsets: [{ partition: { t: 'a' }, offset: { id: 1 } }] })
    await call('GET', '/connectors/a/offsets')
    await call('DELETE', '/connectors/a/offsets')
    await call('DELETE', '/connectors/a')
    await call('GET', '/connector-plugins?connectorsOnly=false')
    for (const plugin of ['tables', 'JsonConverter', 'Cast$Value', 'TopicNameMatches']) {
      await call('GET', `/connector-plugins/${plugin}/config`)
    }
    await call('PUT', '/connector-plugins/tables/config/validate', {
      ...config,
      transforms: 'x',
      tables: null,
    })
    await call('GET', '/admin/loggers')
    await call('GET', '/admin/loggers/root')
    await call('PUT', '/admin/loggers/root', { level: 'DEBUG' })
    await call('PUT', '/admin/loggers/root?scope=cluster', { level: 'INFO' })
    // they take a cluster
    expect([...missing]).toEqual(['putTaskConfigs', 'fence'])
  })
})
